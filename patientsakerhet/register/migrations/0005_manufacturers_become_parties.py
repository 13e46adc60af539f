"""Each manufacturer that was a text becomes a party, one for all spellings of its name."""

from django.db import migrations

from patientsakerhet.register.spelling import party_spelling


def become_parties(apps, schema_editor):
    """The spelling met first names the party; the others are its aliases."""
    models = apps.get_model("register", "DeviceModel")
    parties = apps.get_model("register", "Party")
    aliases = apps.get_model("register", "PartyAlias")
    for model in models.objects.order_by("pk"):
        name = model.manufacturer.strip() or "Okänd tillverkare"
        spelling = party_spelling(name) or name
        alias = aliases.objects.filter(spelling=spelling).first()
        if alias is None:
            party = parties.objects.create(name=name, parts=["manufacturer"])
            alias = aliases.objects.create(party=party, name=name, spelling=spelling)
        model.maker_id = alias.party_id
        model.save(update_fields=["maker"])


def become_texts(apps, schema_editor):
    """The text is the party's name, as far as the old column holds it."""
    models = apps.get_model("register", "DeviceModel")
    for model in models.objects.select_related("maker").exclude(maker=None):
        model.manufacturer = model.maker.name[:120]
        model.save(update_fields=["manufacturer"])


class Migration(migrations.Migration):
    """Data apart from schema."""

    dependencies = [("register", "0004_systems_in_full")]

    operations = [migrations.RunPython(become_parties, become_texts)]
