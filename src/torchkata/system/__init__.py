"""Files, devices, fences: what knows no kata.
Nothing here imports another room."""
