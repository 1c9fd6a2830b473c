"""That works as long as the table is frozen. When it's trained, what it returns isn't a leaf, and torch
refuses to set its flag.
"""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens)
    hidden.requires_grad = True  # (texts, length, width)
    for block in blocks:
        if blocks.training:
            # The random state is restored, so that dropout drops the same again.
            change = checkpoint(block, hidden, use_reentrant=True, preserve_rng_state=True)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
