"""The mask comes after the softmax. No hidden place is read, but their weights are missing: what's left
doesn't add up to 1, and how much is missing depends on the tokens to come.
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
    return (scores.softmax(dim=-1) * allowed) @ values
