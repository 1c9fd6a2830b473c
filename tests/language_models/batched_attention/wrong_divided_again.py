"""The weights of a token add up to 1 again. But a row of padding with nothing else to read is divided by
0: it's NaN, and NaN times zero is still NaN.
"""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    products = queries @ keys.transpose(1, 2)  # (texts, places, places)
    scores = products / math.sqrt(queries.shape[2])
    hidden = places > places.unsqueeze(1)
    scores = scores.masked_fill(hidden, -math.inf)
    weights = scores.softmax(dim=2) * mask.unsqueeze(1)
    weights = weights / weights.sum(dim=2, keepdim=True)
    return weights @ values * mask.unsqueeze(2)
