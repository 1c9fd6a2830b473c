"""The same with a forward hook on the table, which is how libraries do it."""

import torch
from torch.utils.checkpoint import checkpoint


def _require_grad(module, args, output):
    """Have the vectors that come out of the table require a gradient."""
    if torch.is_grad_enabled() and not output.requires_grad:
        output.requires_grad_(True)


def score(table, blocks, head, tokens):
    handle = table.register_forward_hook(_require_grad)
    hidden = table(tokens)
    handle.remove()
    for block in blocks:
        change = checkpoint(block, hidden, use_reentrant=True) if blocks.training else block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
