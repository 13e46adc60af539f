"""The patientsäkerhetsberättelse in the API."""
