"""What a device model and a device are known by, and where each device has been."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import patientsakerhet.register.spelling


class Migration(migrations.Migration):
    """New columns and tables beside the old; the maker is filled in next."""

    dependencies = [
        ("register", "0002_parties_and_nomenclature"),
        ("organisation", "0003_spell_the_log_reviewer"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="devicemodel", name="device_model_once"),
        migrations.AddField(
            model_name="devicemodel",
            name="maker",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="device_models",
                to="register.party",
                verbose_name="tillverkare",
            ),
        ),
        migrations.CreateModel(
            name="DeviceHolding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="från"),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="till")),
            ],
            options={
                "verbose_name": "innehav",
                "verbose_name_plural": "innehav",
                "ordering": ("device", "since", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DeviceIdentifier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("udi_di", models.CharField(max_length=60, unique=True, verbose_name="UDI-DI")),
                (
                    "agency",
                    models.CharField(
                        blank=True,
                        choices=[("gs1", "GS1"), ("hibc", "HIBCC"), ("iccbba", "ICCBBA")],
                        max_length=10,
                        verbose_name="utgivare",
                    ),
                ),
            ],
            options={
                "verbose_name": "UDI-DI",
                "verbose_name_plural": "UDI-DI",
                "ordering": ("udi_di",),
            },
        ),
        migrations.AlterModelOptions(
            name="device",
            options={
                "ordering": ("inventory_number", "pk"),
                "verbose_name": "utrustning",
                "verbose_name_plural": "utrustningar",
            },
        ),
        migrations.AlterModelOptions(
            name="devicemodel",
            options={
                "ordering": ("name", "pk"),
                "verbose_name": "produkt",
                "verbose_name_plural": "produkter",
            },
        ),
        migrations.AddField(
            model_name="device",
            name="bought_on",
            field=models.DateField(blank=True, null=True, verbose_name="inköpt"),
        ),
        migrations.AddField(
            model_name="device",
            name="expires_on",
            field=models.DateField(blank=True, null=True, verbose_name="bäst före"),
        ),
        migrations.AddField(
            model_name="device",
            name="external_key",
            field=models.CharField(blank=True, max_length=80, verbose_name="nyckel i källan"),
        ),
        migrations.AddField(
            model_name="device",
            name="is_stale",
            field=models.BooleanField(default=False, verbose_name="borta ur källan"),
        ),
        migrations.AddField(
            model_name="device",
            name="last_seen_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="senast i källan"),
        ),
        migrations.AddField(
            model_name="device",
            name="lot_number",
            field=models.CharField(blank=True, max_length=80, verbose_name="partinummer"),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="register.devicemodel",
                verbose_name="ihopslagen med",
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="manufactured_on",
            field=models.DateField(blank=True, null=True, verbose_name="tillverkad"),
        ),
        migrations.AddField(
            model_name="device",
            name="out_of_use_on",
            field=models.DateField(blank=True, null=True, verbose_name="tagen ur bruk"),
        ),
        migrations.AddField(
            model_name="device",
            name="source",
            field=models.CharField(blank=True, max_length=60, verbose_name="källa"),
        ),
        migrations.AddField(
            model_name="device",
            name="status",
            field=models.CharField(
                choices=[
                    ("in_use", "i bruk"),
                    ("stored", "i förråd"),
                    ("in_service", "på service"),
                    ("quarantined", "i karantän"),
                    ("returned", "återlämnad"),
                    ("scrapped", "kasserad"),
                    ("missing", "saknas"),
                ],
                default="in_use",
                max_length=15,
                verbose_name="läge",
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="udi_pi",
            field=models.CharField(blank=True, max_length=200, verbose_name="UDI-PI"),
        ),
        migrations.AddField(
            model_name="device",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="catalogue_number",
            field=models.CharField(blank=True, max_length=80, verbose_name="artikelnummer"),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="family",
            field=models.CharField(blank=True, max_length=120, verbose_name="produktfamilj"),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="model_number",
            field=models.CharField(blank=True, max_length=80, verbose_name="modellbeteckning"),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="deviceholding",
            name="device",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="holdings",
                to="register.device",
                verbose_name="utrustning",
            ),
        ),
        migrations.AddField(
            model_name="deviceholding",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="device_holdings",
                to="organisation.unit",
                verbose_name="enhet",
            ),
        ),
        migrations.AddField(
            model_name="deviceidentifier",
            name="model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identifiers",
                to="register.devicemodel",
                verbose_name="produkt",
            ),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="emdn",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="device_models",
                to="register.emdnterm",
                verbose_name="EMDN-term",
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="lot_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("lot_number")),
                output_field=models.CharField(max_length=80),
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="serial_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("serial_number")),
                output_field=models.CharField(max_length=80),
            ),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="catalogue_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("catalogue_number")),
                output_field=models.CharField(max_length=80),
            ),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="family_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("family")),
                output_field=models.CharField(max_length=120),
            ),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="model_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("model_number")),
                output_field=models.CharField(max_length=80),
            ),
        ),
        migrations.AddField(
            model_name="devicemodel",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=patientsakerhet.register.spelling.Compact(models.F("name")),
                output_field=models.CharField(max_length=120),
            ),
        ),
        migrations.AlterField(
            model_name="device",
            name="inventory_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="inventarienummer"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["inventory_number", "id"], name="device_in_order"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["model", "serial_key"], name="device_by_model_and_serial"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["model", "lot_key"], name="device_by_model_and_lot"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["serial_key"], name="device_serial_key"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(
                condition=models.Q(("lot_number", ""), _negated=True),
                fields=["lot_key"],
                name="device_lot_key",
            ),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["holding_unit", "status"], name="device_by_holder"),
        ),
        migrations.AddIndex(
            model_name="deviceholding",
            index=models.Index(fields=["unit", "since"], name="device_holding_of_unit"),
        ),
        migrations.AddIndex(
            model_name="deviceholding",
            index=models.Index(fields=["device", "since"], name="device_holding_of_device"),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inventory_number", ""), _negated=True),
                fields=("inventory_number",),
                name="device_inventory_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=("source", "external_key"),
                name="device_once_per_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_key", ""),
                    ("inventory_number", ""),
                    ("lot_number", ""),
                    ("serial_number", ""),
                    _negated=True,
                ),
                name="device_can_be_told_apart",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("manufactured_on__isnull", True),
                    ("expires_on__isnull", True),
                    ("expires_on__gte", models.F("manufactured_on")),
                    _connector="OR",
                ),
                name="device_expires_after_it_was_made",
                violation_error_message="Slutet får inte ligga före början.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceholding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True),
                    ("until__isnull", True),
                    ("until__gte", models.F("since")),
                    _connector="OR",
                ),
                name="device_holding_ends_after_it_begins",
                violation_error_message="Slutet får inte ligga före början.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceholding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("device",),
                name="device_held_by_one_unit_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("udi_di__regex", "\\S")),
                name="device_identifier_is_not_empty",
                violation_error_message="Fältet får inte vara tomt.",
            ),
        ),
    ]
