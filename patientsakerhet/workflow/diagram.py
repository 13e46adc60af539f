"""A workflow drawn as Mermaid text, for the documentation."""

from patientsakerhet.workflow.table import Workflow


def diagram(workflow: Workflow) -> str:
    """A state diagram: labels on statuses and steps, the same text for the same table."""
    lines = ["stateDiagram-v2"]
    lines += [f"    state {_quoted(label)} as {code}" for code, label in workflow.labels.items()]
    lines.append(f"    [*] --> {workflow.initial}")
    for source in workflow.statuses:
        lines += [
            f"    {source} --> {step.target}: {step.label}" for step in workflow.available(source)
        ]
    lines += [f"    {code} --> [*]" for code in workflow.statuses if code in workflow.final]
    return "\n".join(lines) + "\n"


def _quoted(label: str) -> str:
    return '"' + label.replace('"', "'") + '"'
