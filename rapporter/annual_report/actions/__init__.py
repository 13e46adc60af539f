"""What may happen to a patientsäkerhetsberättelse."""
