"""After the softmax it's too late. If the padding has high scores, the weights of the tokens add up to
less than your limit, and divided by the limit they stay small.
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
    weights = weights / weights.sum(dim=2, keepdim=True).clamp(min=1e-9)
    return weights @ values * mask.unsqueeze(2)
