"""What the warm parent uses before it forks, so that no child has to import it."""

from __future__ import annotations

import importlib
from contextlib import suppress

LAZY = (
    "encodings.utf_8_sig",
    "torch._subclasses.schema_check_mode",
    "torch.utils.serialization.config",
    "torchkata.judging.inside.kept",
    "torchkata.testing.recorder",
)


def warm_up() -> None:
    """Use what the checks use, so that no child imports it; the first optimizer alone costs seconds.

    No `backward()`: after one, a deep re-entrant backward in a child crashes.
    """
    import torch

    from torchkata import gradients  # noqa: F401 - the child needs them, and inherits them
    from torchkata.judging.inside import run  # noqa: F401 - the child needs them, and inherits them
    from torchkata.testing.restore import restored

    weight = torch.nn.Parameter(torch.ones(2))
    weight.grad = torch.ones(2)
    for optimizer in (torch.optim.SGD([weight], lr=0.1), torch.optim.Adam([weight], lr=0.1)):
        optimizer.step()
        optimizer.zero_grad()
    torch.nn.functional.mse_loss(torch.nn.Linear(2, 1)(torch.ones(1, 2)), torch.ones(1, 1))
    torch.distributions.Categorical(logits=torch.zeros(3)).log_prob(torch.tensor(1))  # type: ignore[no-untyped-call]
    torch.isclose(torch.ones(1), torch.ones(1))
    with restored():
        pass


def warm_up_to_stay() -> None:
    """What programs bring along without a wish to: a process that is kept for the next one has it already."""
    for name in LAZY:
        with suppress(ImportError):  # another torch
            importlib.import_module(name)
