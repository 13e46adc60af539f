"""What the figures do without anyone asking."""

from celery import shared_task

from rapporter.flow import columns, prepared


@shared_task
def sweep_flow() -> None:
    """Beat. Count the cases that have changed into the sums of the flow, and lay the months out anew when
    those that hold no longer are many; safe late, twice, and at once."""
    while prepared.fold():
        pass
    if columns.behind() > columns.BEHIND:
        columns.lay()
