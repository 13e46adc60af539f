"""Control charts (styrdiagram): which variation is usual, which is a signal, and how that is said.

Plain Python on floats, without rounding on the way: values in, lines and signals out. The lines equal
those of R's qicharts2 and NHSRplotthedots; `tests/rapporter/control_charts` holds them to it.

    from rapporter.control_charts import charts, series, words
    chart = charts.xmr([series.Value("januari 2026", 31), ...])
    words.finding(chart, words.Told("avvikelser"))

Which chart for what: `charts.xmr` for counts a month with a mean of five or more; `charts.share` for
shares and `charts.rate` for counts with an exposure, both with Laney's correction on request;
`charts.between` for what is rare, by days between; `charts.run` for medians and a first look;
`funnel.funnel` for units beside each other, never a ranking.
"""
