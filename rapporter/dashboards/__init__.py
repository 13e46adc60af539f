"""Pages of charts for those who lead: each chart one question, every number a registered measure.

`boards` says which questions a page has; each module beside it makes the charts of one subject out of
`asking.Asking`, and takes every number from `counting`, which takes it from a measure.
"""
