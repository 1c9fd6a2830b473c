"""With `diagonal=-1` a place doesn't read itself, and the new places are taken for the first of the text,
though the cache comes before them.
"""

import math

import torch


def attend(queries, keys, values):
    new, places = queries.shape[-2], keys.shape[-2]
    if new > places:
        raise ValueError(f"there are {new} queries, and only {places} keys")
    width = queries.shape[-1]
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(width)  # (..., new, places)
    allowed = torch.ones(new, places, dtype=torch.bool, device=scores.device)
    allowed = allowed.tril(diagonal=-1)
    scores = scores.masked_fill(~allowed, -math.inf)
    return scores.softmax(dim=-1) @ values
