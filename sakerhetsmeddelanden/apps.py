"""The app of safety notices; signs its kind of case in with the spine."""

from django.apps import AppConfig


class SakerhetsmeddelandenConfig(AppConfig):
    """See the package's first line."""

    name = "sakerhetsmeddelanden"
    label = "sakerhetsmeddelanden"
    verbose_name = "säkerhetsmeddelanden"

    def ready(self) -> None:
        from patientsakerhet.cases import kinds
        from patientsakerhet.ui import navigation
        from sakerhetsmeddelanden import (
            around_reports,
            around_things,
            desk,
            errands,
            messages,
            workflow,
        )
        from sakerhetsmeddelanden.actions import replies
        from sakerhetsmeddelanden.reply import message

        desk.open_for_mail()
        around_reports.register()
        messages.register()
        errands.register()
        around_things.register()
        navigation.register(
            navigation.Item(
                "",
                "Att besvara",
                "notices_to_answer",
                needs="answer_notice",
                badge="notices_to_answer",
                order=25,
            )
        )
        message.register()
        navigation.register(
            navigation.Item(
                "", "Säkerhetsmeddelanden", "safety_notices", needs="manage_notices", order=25
            )
        )

        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="SM",
                label="säkerhetsmeddelande",
                plural="säkerhetsmeddelanden",
                workflow=workflow.WORKFLOW,
                subject="safety_notice",
                url_name="safety_notice",
                stages=workflow.STAGES,
                has_reporter=False,
                model_path="safety_notice__products__models_chosen",
                system_path="safety_notice__systems",
                parts=(workflow.RECIPIENT_WORKFLOW,),
                clocks={replies.CLOCK: "Svar till leverantören"},
            )
        )
