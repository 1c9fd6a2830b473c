"""What katas are, read without running one: layout, cards, order, lint, pages, records of evidence.
Nothing here imports torch, so that reading commands answer at once."""
