"""Katas in a notebook: `%kata` shows one, and `%%kata` checks the cell that it stands over.
Nothing of a learner's runs in the kernel: a cell's text goes to the judge, as a file does."""
