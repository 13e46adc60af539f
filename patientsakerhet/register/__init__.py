"""IT systems and medical devices, and the units that hold them."""
