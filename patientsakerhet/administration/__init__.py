"""The rooms under Inställningar: organisation, people and roles, code trees, rules, messages, imports."""
