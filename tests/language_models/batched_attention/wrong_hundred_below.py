"""Hidden places get a score of -100. A token's own score can be lower than that, and then it reads what is
hidden instead.
"""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    queries, keys, values = (t.masked_fill(~mask.unsqueeze(2), 0.0) for t in (queries, keys, values))
    products = queries @ keys.transpose(1, 2)  # (texts, places, places)
    scores = products / math.sqrt(queries.shape[2])
    hidden = (places > places.unsqueeze(1)) | ~mask.unsqueeze(1)
    scores = scores.masked_fill(hidden, -100.0)
    weights = scores.softmax(dim=2)
    return weights @ values * mask.unsqueeze(2)
