"""The spine every kind of case stands on: case, transition, measure, deadline, comment, attachment, link."""
