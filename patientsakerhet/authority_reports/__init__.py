"""Authority reports on cases of any kind: asked for, decided, written, submitted, answered."""
