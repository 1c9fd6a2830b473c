"""The lowest number instead of -inf: a row in which all is hidden stays finite, and is cleared in the
end.
"""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[2])  # (texts, places, places)
    hidden = (places > places.unsqueeze(1)) | ~mask.unsqueeze(1)
    scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=2)
    return weights @ values * mask.unsqueeze(2)
