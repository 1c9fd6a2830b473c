"""The blocks learn again. But `detach` cuts the table off for good, and when somebody unfreezes it, it has
no gradient."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens).detach().requires_grad_()
    for block in blocks:
        if blocks.training:
            change = checkpoint(block, hidden, use_reentrant=True, preserve_rng_state=True)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
