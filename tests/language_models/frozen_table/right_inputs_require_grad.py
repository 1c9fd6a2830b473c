"""The word vectors get requires_grad, not the table: then the reentrant kind has something to hold on to."""

import torch
from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens)
    if blocks.training and torch.is_grad_enabled():
        hidden.requires_grad_(True)
    for block in blocks:
        change = checkpoint(block, hidden, use_reentrant=True) if blocks.training else block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
