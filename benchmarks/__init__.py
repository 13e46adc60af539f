"""Generated cases in any number, and scenarios measured beside their floors; see README.md."""
