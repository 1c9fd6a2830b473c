"""Now a place doesn't read itself either. It's asked for the token after its own, so it may. And the
first place has nothing to read at all: its softmax is NaN.
"""

import math

import torch


def attend(queries, keys, values):
    new, places = queries.shape[-2], keys.shape[-2]
    if new > places:
        raise ValueError(f"there are {new} queries, and only {places} keys")
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])  # (..., new, places)
    allowed = torch.ones(new, places, dtype=torch.bool, device=scores.device)
    allowed = allowed.tril(diagonal=places - new - 1)
    scores = scores.masked_fill(~allowed, -math.inf)
    return scores.softmax(dim=-1) @ values
