"""Files about safety notices, in and out."""
