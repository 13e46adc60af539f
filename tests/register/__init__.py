"""The register: parties, devices, IT systems, what is read in about them."""
