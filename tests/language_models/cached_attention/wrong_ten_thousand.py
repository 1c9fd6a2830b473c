"""Hidden places get a score of -10000. A score that may be read can be lower than that, and then the hidden
place is read instead.
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
    allowed = allowed.tril(diagonal=places - new)
    scores = scores.masked_fill(~allowed, -1e4)
    return scores.softmax(dim=-1) @ values
