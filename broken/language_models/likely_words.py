"""Draw the next token of each text from the likely ones: sampling with top-p."""

import torch


def nucleus(logits, p):
    """Return which tokens may be drawn, bool (batch, vocabulary).

    logits: (batch, vocabulary), float32 or half precision
    p:      above 0, below 1
    A row's nucleus is the smallest set of its most likely tokens that have, together, a
    probability of at least `p`. Of equally likely tokens the earlier one is taken first.
    Where a sum is `p` up to rounding, the next token may be in or not.
    """
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) <= p  # (b, v)
    keep[:, 0] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    """Draw a token for each row of `logits`, (batch, vocabulary); long (batch,).

    The logits are divided by `temperature`, above 0. Tokens outside the nucleus are never
    drawn; those in it are drawn in proportion to their probabilities.
    """
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
