"""A table of -inf above the diagonal is added to the scores."""

import math

import torch


def attend(queries, keys, values):
    new, places = queries.shape[-2], keys.shape[-2]
    if new > places:
        raise ValueError(f"there are {new} queries, and only {places} keys")
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])  # (..., new, places)
    future = torch.full((new, places), -math.inf, dtype=scores.dtype, device=scores.device)
    scores = scores + future.triu(diagonal=places - new + 1)
    return scores.softmax(dim=-1) @ values
