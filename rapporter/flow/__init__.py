"""How cases flow: waiting times, backlog, bottlenecks and forecasts, as plain sums over what happened.

Nothing in here is estimated from what is finished alone. Times are moments with a zone, durations are
days as decimal numbers (seconds / 86,400), shares are between 0 and 1. `of_cases` reads the product's
own rows; everything else takes plain values and touches no database.
"""
