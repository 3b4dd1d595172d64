"""Real input: notebooks that nobody here wrote are opened, saved and run."""
