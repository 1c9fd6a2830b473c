"""With a table that's trained, the blocks learn. So does the table, which was to stay as it was."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    table.requires_grad_(True)
    hidden = table(tokens)
    for block in blocks:
        if blocks.training:
            change = checkpoint(block, hidden, use_reentrant=True)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
