"""The pages of the patientsäkerhetsberättelse."""
