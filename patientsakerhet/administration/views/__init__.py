"""The pages under Inställningar."""
