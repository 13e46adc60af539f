"""What administrators change; each act asks the policy first and leaves a mark."""
