"""An invented region with three years of deviations, for demonstrations, tests and measurements."""
