"""Hidden places lose 10 points. That's a lot for most scores and little for others: a place with a score
that's high enough is read all the same.
"""

import math

import torch


def attend(queries, keys, values):
    new, places = queries.shape[-2], keys.shape[-2]
    if new > places:
        raise ValueError(f"there are {new} queries, and only {places} keys")
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])  # (..., new, places)
    allowed = torch.ones(new, places, dtype=torch.bool, device=scores.device)
    allowed = allowed.tril(diagonal=places - new)
    scores = torch.where(allowed, scores, scores - 10.0)
    return scores.softmax(dim=-1) @ values
