"""The whole step of a block, addition included, is recomputed, without the reentrant engine."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens)
    for block in blocks:
        if blocks.training:
            hidden = checkpoint(lambda h, block=block: h + block(h), hidden, use_reentrant=False)
        else:
            hidden = hidden + block(hidden)
    return head(hidden.mean(dim=1))
