"""The patientsäkerhetsberättelse: template, texts with figures as fields, frozen cells, editions."""
