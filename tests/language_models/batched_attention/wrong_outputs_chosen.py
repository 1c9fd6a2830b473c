"""`where` keeps the NaN of the empty rows out of the outputs, but not out of the gradients: there, the
NaN weights are multiplied by the zero that comes back.
"""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[2])  # (texts, places, places)
    hidden = (places > places.unsqueeze(1)) | ~mask.unsqueeze(1)
    scores = scores.masked_fill(hidden, -math.inf)
    weights = scores.softmax(dim=2)
    return torch.where(mask.unsqueeze(2), weights @ values, 0.0)
