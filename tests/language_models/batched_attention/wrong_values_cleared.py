"""The values at padding are zero now, so they add nothing. But padding still gets its share of the
weights, and that share is missing elsewhere: a text with padding reads less of everything.
"""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[2])  # (texts, places, places)
    hidden = places > places.unsqueeze(1)  # what comes later, padding at the end included
    scores = scores.masked_fill(hidden, -math.inf)
    values = values * mask.unsqueeze(2)
    weights = scores.softmax(dim=2)
    return weights @ values * mask.unsqueeze(2)
