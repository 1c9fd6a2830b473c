"""`python -m torchkata` is the `kata` command."""

from torchkata.cli import main

main()
