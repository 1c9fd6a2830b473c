"""All gradients are right, and all that the blocks compute is kept in memory. The recomputing wasn't the
fault, but the kind of it."""


def score(table, blocks, head, tokens):
    hidden = table(tokens)
    for block in blocks:
        hidden = hidden + block(hidden)
    return head(hidden.mean(dim=1))
