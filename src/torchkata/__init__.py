"""torchkata: broken PyTorch training code, its fix, and tests that prove both."""

from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext torchkata` in a notebook, which hands its shell over."""
    from torchkata.notebook.magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext torchkata`."""
    from torchkata.notebook.magics import unload

    unload(shell)
