"""The probability of the last token that belongs in is right as a limit, but whatever is as likely
as that comes in too: in a flat row, everything.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    crossing = (ranked.cumsum(dim=-1) < p).sum(dim=-1, keepdim=True).clamp(max=ranked.shape[1] - 1)
    return probabilities >= ranked.gather(1, crossing)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
