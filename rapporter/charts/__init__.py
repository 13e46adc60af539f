"""Charts as SVG made by the server: accessible, light and dark, for paper too, without a script.

A chart answers one question. Plain values go in, a `chart.Chart` comes out: its answer as a sentence
(`finding`), the drawing for a page (`svg`) and for paper (`paper`), and a table with the same numbers.

    from rapporter.charts import chart, control, parts, series, waiting
    from rapporter.control_charts import charts
    from rapporter.control_charts.series import Value

    about = chart.About(
        key="inkomna", question="Kommer fler avvikelser in?", as_of=now,
        definition="Avvikelser som skrevs i månaden, utan dubbletter.",
        measure=reverse("figure", args=["filed"]),  # a link to the measure behind it
    )
    spc = charts.xmr([Value("oktober 2026", 168), ...])
    made = control.control(about, spc, name="Styrdiagram: inkomna avvikelser per månad",
                           ticks=["okt.\\n2026", ...], urls=[...])

On a page: `{% include "rapporter/chart.html" with chart=made csv=address only %}`. In a document:
`made.blocks()`, or `made.paper` with `made.alt`. As a file: `made.extract()`.

Kinds: `control.control` (control chart), `series.columns`, `series.in_and_out` (in, out and backlog),
`series.flow` (areas by stage), `series.fan` (forecast), `multiples.multiples`, `waiting.curves`
(Kaplan-Meier), `waiting.ageing`, `waiting.timeline`, `parts.pareto`, `parts.shares` (100 per cent),
`parts.funnel`. Each but the control chart and the funnel wants its answer in `About.finding`: whoever
knows the numbers words it, by a rule that a test holds.
"""
