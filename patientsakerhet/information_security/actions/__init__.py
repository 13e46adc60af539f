"""What changes a classification, its risks and the programmes."""
