"""State machines as data: steps, what they need, and why they may not be taken yet.

A guard is a function from the subject to a sentence saying what is missing, or "".
Nothing here knows Django, people or tables.
"""

from patientsakerhet.workflow.diagram import diagram
from patientsakerhet.workflow.table import Guard, Step, Workflow

__all__ = ["Guard", "Step", "Workflow", "diagram"]
