"""Risk analyses, information classifications and impact assessments."""
