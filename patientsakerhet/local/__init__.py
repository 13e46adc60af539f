"""Starts, tests and checks the product on a machine where nothing is installed; knows no Django."""
