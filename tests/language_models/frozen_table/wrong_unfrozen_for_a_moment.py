"""The table is unfrozen for one lookup and frozen again. The blocks learn, but in between it counts as
trained, and each backward pass goes through the lookup for a gradient that's thrown away."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    frozen = not table.weight.requires_grad
    table.requires_grad_()
    hidden = table(tokens)
    if frozen:
        table.requires_grad_(False)
    for block in blocks:
        if blocks.training:
            change = checkpoint(block, hidden, use_reentrant=True, preserve_rng_state=True)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
