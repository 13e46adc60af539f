"""State machines as data: steps, guards that say why, diagrams. Knows no Django."""
