"""Risk analyses and the register of risks in the API."""
