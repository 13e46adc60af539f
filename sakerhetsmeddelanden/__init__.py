"""Field safety notices (säkerhetsmeddelanden): intake, targeting, distribution, reply."""
