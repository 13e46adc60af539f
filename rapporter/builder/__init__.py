"""Reports that people build themselves (egna rapporter): a measure, a breakdown, a period, a unit, a chart."""
