"""All gradients are right. But in evaluation mode each block should run once, and now it runs again as
soon as somebody asks for a gradient.
"""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    hidden = table(tokens)  # (texts, length, width)
    for block in blocks:
        change = checkpoint(block, hidden, use_reentrant=False)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
