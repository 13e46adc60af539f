"""Fields render as label, help, error, field, tied together for a screen reader."""

import re

from django import forms
from django.template import Context, Template

from patientsakerhet.ui.forms import Hinted
from patientsakerhet.ui.templatetags.ui import problems, target


class Report(forms.Form):
    text = forms.CharField(
        label="Vad hände?",
        help_text="Skriv <kort>.",
        widget=forms.Textarea,
        error_messages={"required": "Skriv vad som hände."},
    )
    title = forms.CharField(label="Rubrik", required=False)
    harm = forms.ChoiceField(
        label="Blev någon skadad?",
        help_text="Det du vet nu.",
        choices=[("no", Hinted("Nej", "Ett tillbud")), ("yes", "Ja")],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj det som stämmer bäst."},
    )
    answer = forms.BooleanField(label="Jag vill ha svar", required=False)

    def clean(self):
        raise forms.ValidationError("Formuläret är ofullständigt.")


def field(form: forms.Form, name: str) -> str:
    return re.sub(r"\s+", " ", form[name].as_field_group())


def test_label_help_error_and_field_come_in_that_order():
    html = field(Report({}), "text")

    places = [html.index(part) for part in ("<label", 'class="help"', 'class="error"', "<textarea")]
    assert places == sorted(places)


def test_the_field_is_described_by_its_help_and_its_error():
    html = field(Report({}), "text")

    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-invalid="true"' in html


def test_help_is_escaped():
    assert "Skriv &lt;kort&gt;." in field(Report({}), "text")


def test_what_may_be_left_out_says_so():
    assert "(frivilligt)" in field(Report(), "title")
    assert "(frivilligt)" not in field(Report(), "text")


def test_choices_are_a_fieldset_with_a_legend_and_hints_under_the_labels():
    html = field(Report(), "harm")

    assert "<fieldset" in html
    assert "<legend>Blev någon skadad?</legend>" in html
    assert "<span>Nej<small>Ett tillbud</small></span>" in html
    assert 'data-dir="column"' in html
    assert 'aria-describedby="id_harm_helptext"' in html


def test_a_checkbox_has_its_label_around_it():
    html = field(Report(), "answer")

    assert html.index("<input") < html.index("Jag vill ha svar")
    assert html.count("<label") == 1


def test_the_summary_leads_to_each_field_in_order_and_counts_them():
    form = Report({})
    html = Template('{% include "components/summary.html" with form=form only %}').render(
        Context({"form": form})
    )

    assert [(problem.text, problem.target) for problem in problems(form)] == [
        ("Formuläret är ofullständigt.", ""),
        ("Skriv vad som hände.", "id_text"),
        ("Välj det som stämmer bäst.", "id_harm_0"),
    ]
    assert "Tre saker behöver rättas" in html
    assert '<a href="#id_harm_0">' in html
    assert "data-summary" in html


def test_a_form_without_faults_has_no_summary():
    html = Template('{% include "components/summary.html" with form=form only %}').render(
        Context({"form": Report()})
    )

    assert html.strip() == ""


def test_the_target_of_a_choice_is_its_first_button():
    form = Report()

    assert 'id="id_harm_0"' in str(form["harm"])
    assert target(form["harm"]) == "id_harm_0"
