"""What happens to the trail by the clock."""

import logging

from celery import shared_task

from patientsakerhet.audit import checkpoints
from patientsakerhet.lib.refusal import Refused

logger = logging.getLogger(__name__)


@shared_task
def checkpoint() -> None:
    """Sign the head of the chain; what cannot be signed shows as unsigned events in the health."""
    try:
        checkpoints.write()
    except Refused as refusal:
        logger.critical("%s", refusal)
