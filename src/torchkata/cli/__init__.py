"""What one can type lives here: each command parses, calls one function below, prints, and returns a status.
Nothing here decides anything, and nothing imports torch."""
