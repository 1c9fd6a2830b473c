"""The nucleus has the right size now, but `gather` reads the mask by token where it should be
written by token. With other tokens on top, the wrong ones are let in.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) - ranked < p  # (b, v)
    keep[:, 0] = True
    return keep.gather(1, order)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
