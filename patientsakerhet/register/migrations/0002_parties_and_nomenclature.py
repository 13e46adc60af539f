"""Manufacturers, suppliers and their spellings; the nomenclature of devices."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables for what devices and systems will point at."""

    dependencies = [("register", "0001_register")]

    operations = [
        migrations.CreateModel(
            name="EmdnTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="kod")),
                ("term", models.CharField(blank=True, max_length=300, verbose_name="engelsk term")),
                (
                    "label",
                    models.CharField(blank=True, max_length=200, verbose_name="svensk benämning"),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="nivå")),
                ("is_terminal", models.BooleanField(default=False, verbose_name="lägsta nivån")),
                (
                    "origin",
                    models.CharField(
                        choices=[("official", "Europeiska kommissionen"), ("ours", "startlista")],
                        default="ours",
                        max_length=10,
                        verbose_name="från",
                    ),
                ),
                ("release", models.CharField(blank=True, max_length=20, verbose_name="utgåva")),
                ("is_current", models.BooleanField(default=True, verbose_name="gäller")),
            ],
            options={
                "verbose_name": "EMDN-term",
                "verbose_name_plural": "EMDN-termer",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="namn")),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("manufacturer", "tillverkare"),
                                ("supplier", "leverantör"),
                                ("authorised_representative", "auktoriserad representant"),
                                ("importer", "importör"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="är",
                    ),
                ),
                (
                    "srn",
                    models.CharField(
                        blank=True,
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}-(MF|AR|IM|PR)-\\d{9}$",
                                "Skriv SRN som land, roll och nio siffror, till exempel SE-MF-000012345.",
                            )
                        ],
                        verbose_name="SRN",
                    ),
                ),
                (
                    "mail_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="e-postdomäner",
                    ),
                ),
                (
                    "contact_addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.EmailField(max_length=254),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kontaktadresser",
                    ),
                ),
                (
                    "contact_details",
                    models.TextField(blank=True, max_length=1000, verbose_name="kontaktuppgifter"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "aktör",
                "verbose_name_plural": "aktörer",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PartyAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="skrivs")),
                (
                    "spelling",
                    models.CharField(
                        editable=False, max_length=160, unique=True, verbose_name="stavning"
                    ),
                ),
            ],
            options={
                "verbose_name": "stavning",
                "verbose_name_plural": "stavningar",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.AddField(
            model_name="emdnterm",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="register.emdnterm",
                verbose_name="överordnad",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="register.party",
                verbose_name="ihopslagen med",
            ),
        ),
        migrations.AddField(
            model_name="partyalias",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="register.party",
                verbose_name="aktör",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["mail_domains"], name="party_mail_domains"
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["contact_addresses"], name="party_contact_addresses"
            ),
        ),
        migrations.AddConstraint(
            model_name="emdnterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term", ""), _negated=True),
                    models.Q(("label", ""), _negated=True),
                    _connector="OR",
                ),
                name="emdn_term_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="emdnterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent", None)),
                    models.Q(("level__gt", 1), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="emdn_term_below_the_first_level_has_a_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")),
                name="party_has_a_name",
                violation_error_message="Fältet får inte vara tomt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("srn", ""), _negated=True), ("merged_into", None)),
                fields=("srn",),
                name="party_srn_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="party_is_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="partyalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("spelling__regex", "\\S")),
                name="party_alias_has_a_spelling",
                violation_error_message="Fältet får inte vara tomt.",
            ),
        ),
    ]
