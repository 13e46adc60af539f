"""The answer to the supplier: what the units said, put into the form that the supplier asks for."""
