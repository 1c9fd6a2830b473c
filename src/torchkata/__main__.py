"""`python -m torchkata` is the `kata` command."""

from torchkata.cli.main import main

main()
