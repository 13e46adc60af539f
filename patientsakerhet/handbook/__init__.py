"""The documents that are written from the code: workflows, who may do what, addresses, glossary."""
