"""A lowered assessment can be reviewed: the guard no longer compares the generated score.

In a BEFORE trigger a generated column of the new row is still empty, so every update, the review
too, looked like a changed judgement.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION avvikelse_assessment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - '{{reviewed_by_id,reviewed_at{more}}}'::text[])
        <> (to_jsonb(OLD) - '{{reviewed_by_id,reviewed_at{more}}}'::text[]) THEN
        PERFORM cases_refuse('assessment_is_never_changed',
            format('assessment %s: a judgement is followed by another, not changed', OLD.id));
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("avvikelse", "0006_timeline_version")]

    operations = [
        migrations.RunSQL(FUNCTION.format(more=",score"), FUNCTION.format(more="")),
    ]
