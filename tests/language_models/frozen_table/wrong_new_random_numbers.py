"""The gradients are there, but the random state isn't restored any more: in the backward pass, dropout drops
other elements than in the forward pass."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens)
    for block in blocks:
        if blocks.training:
            change = checkpoint(block, hidden, use_reentrant=False, preserve_rng_state=False)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
