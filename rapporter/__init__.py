"""Figures people can trust: registered measures, dashboards, the patientsäkerhetsberättelse."""
