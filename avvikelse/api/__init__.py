"""The deviation's part of the API: the same acts as the pages, with the same refusals."""
