"""Attention for a language model, with a cache of what it has read before."""

import math

import torch


def attend(queries, keys, values):
    """Let each place read itself and the places before it, and return what it reads.

    queries: (..., new, width) of the places that are new
    keys:    (..., places, width), values: (..., places, depth): of all places, those from the cache
             first. The new places are the last ones, so there are as many of them or fewer
    The weight of a place is the softmax, over all that the query may read, of the product of query
    and key divided by the square root of the width.

    So it makes no difference whether a text is read at once or in pieces.
    Returns (..., new, depth). Raises ValueError if there are more queries than keys.
    """
    new, places = queries.shape[-2], keys.shape[-2]
    if new > places:
        raise ValueError(f"there are {new} queries, and only {places} keys")
    width = queries.shape[-1]
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(width)  # (..., new, places)
    allowed = torch.ones(new, places, dtype=torch.bool, device=scores.device)
    allowed = allowed.tril(diagonal=places - new + 1)
    scores = scores.masked_fill(~allowed, -math.inf)
    return scores.softmax(dim=-1) @ values
