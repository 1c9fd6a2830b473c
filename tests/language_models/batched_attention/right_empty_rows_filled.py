"""The weights of rows in which all is hidden are set to zero before they meet the values."""

import math

import torch


def attend(queries, keys, values, mask):
    places = torch.arange(keys.shape[1], device=keys.device)
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[2])  # (texts, places, places)
    hidden = (places > places.unsqueeze(1)) | ~mask.unsqueeze(1)
    scores = scores.masked_fill(hidden, -math.inf)
    weights = scores.softmax(dim=2).masked_fill(~mask.unsqueeze(2), 0.0)
    return weights @ values * mask.unsqueeze(2)
