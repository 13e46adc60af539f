"""The reporter's three doors: what each asks, in which words, and what it cannot do without.

The door is no type of case. It changes the wording and which questions must be answered; what
somebody has written stays whichever door she goes through.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from avvikelse.models import Deviation

Door = Deviation.Door


@dataclass(frozen=True)
class Question:
    """One question as a door words it."""

    label: str
    help: str = ""
    missing: str = ""
    """What is said when it must be answered and is not."""


@dataclass(frozen=True)
class Wording:
    """Everything one door says."""

    title: str
    intro: str
    send: str
    choice: str
    questions: dict[str, Question] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


DOORS: dict[str, Wording] = {
    Door.DEVIATION: Wording(
        title="Anmäl en avvikelse",
        intro=(
            "Skriv med egna ord. Sex frågor, ungefär två minuter. "
            "Du behöver inte veta vilken sorts avvikelse det är."
        ),
        send="Skicka anmälan",
        choice="anmäla en avvikelse",
        questions={
            "what_happened": Question(
                "1. Vad hände?",
                "Skriv vad som hände, inte vem som gjorde fel. Till exempel: ”Pumpen stannade utan "
                "att larma. Vi bytte till en annan.”",
                "Skriv vad som hände.",
            ),
            "immediate_action": Question(
                "2. Vad gjorde ni direkt?",
                "Det som begränsade skadan. Skriv ”inget” om det inte behövdes.",
                "Skriv vad ni gjorde direkt, eller ”inget”.",
            ),
            "day": Question(
                "3. När hände det?", "", "Välj när det hände. Välj ”Vet ej” om du inte vet."
            ),
            "affected": Question("4. Vem berördes?", "", "Välj vem som berördes."),
            "nature": Question("5. Blev någon skadad?", "", "Välj om någon blev skadad."),
            "involves": Question(
                "6. Gällde det utrustning eller ett IT-system?",
                "Hoppa över frågan om det inte gjorde det.",
            ),
            "suggestion": Question("Har du ett förslag?", "Vad skulle hindra att det händer igen?"),
        },
        required=frozenset({"what_happened", "immediate_action", "day", "affected", "nature"}),
    ),
    Door.IMPROVEMENT: Wording(
        title="Lämna ett förslag",
        intro="Beskriv med egna ord vad som kan bli bättre. Två frågor, ungefär en minut.",
        send="Skicka förslaget",
        choice="lämna ett förslag",
        questions={
            "what_happened": Question(
                "1. Vad kan bli bättre?",
                "Hur är det i dag, och hur skulle det kunna vara? Till exempel: ”Pumparna står i två "
                "förråd. Om de stod i ett skulle vi hitta dem fortare.”",
                "Skriv vad som kan bli bättre.",
            ),
            "involves": Question(
                "2. Gäller det utrustning eller ett IT-system?",
                "Hoppa över frågan om det inte gör det.",
            ),
            "suggestion": Question("Hur kan det gå till?", "Om du har tänkt på hur."),
        },
        required=frozenset({"what_happened"}),
    ),
    Door.COMPLAINT: Wording(
        title="Framför ett klagomål",
        intro=(
            "För dig som är patient, närstående eller har en synpunkt på vården. "
            "Skriv med egna ord. Fyra frågor, två av dem frivilliga."
        ),
        send="Skicka klagomålet",
        choice="framföra ett klagomål",
        questions={
            "what_happened": Question(
                "1. Vad vill du berätta?",
                "Skriv vad som hände och vad som borde ha varit annorlunda. Skriv inte ditt "
                "personnummer, det behövs inte.",
                "Skriv vad du vill berätta.",
            ),
            "day": Question(
                "2. När hände det?", "", "Välj när det hände. Välj ”Vet ej” om du inte vet."
            ),
            "affected": Question("3. Vem gäller det?"),
            "nature": Question("4. Blev någon skadad?"),
            "suggestion": Question("Vad vill du att vi gör?", "Vad vore ett bra svar för dig?"),
        },
        required=frozenset({"what_happened", "day"}),
    ),
}

WORDED = (
    "what_happened",
    "immediate_action",
    "day",
    "affected",
    "nature",
    "involves",
    "suggestion",
)
"""The questions whose words depend on the door, in the order of the form."""


def asked_at(question: str) -> list[str]:
    """The doors at which the question is asked."""
    return [door for door, wording in DOORS.items() if question in wording.questions]
