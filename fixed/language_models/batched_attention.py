"""Attention for a batch of texts of different lengths."""

import math

import torch


def attend(queries, keys, values, mask):
    """Let each token read itself and the tokens before it in its text, and return what it reads.

    queries, keys: (texts, places, width); values: (texts, places, depth); at padding, any numbers
                   of ordinary size
    mask:          (texts, places), bool, True at tokens and False at padding, which can be in front,
                   behind, or both
    The weight of a token is the softmax, over all that the query may read, of the product of query
    and key divided by the square root of the width.

    So what a token reads doesn't depend on how much padding there is, or on what stands there.
    Returns (texts, places, depth), with zeros at padding. Padding has no gradient: it's zero there.
    """
    places = torch.arange(keys.shape[1], device=keys.device)
    products = queries @ keys.transpose(1, 2)  # (texts, places, places)
    scores = products / math.sqrt(queries.shape[2])
    hidden = (places > places.unsqueeze(1)) | ~mask.unsqueeze(1)  # (texts, places, places)
    hidden = hidden & (places != places.unsqueeze(1))  # padding reads itself: no row is empty
    scores = scores.masked_fill(hidden, -math.inf)
    weights = scores.softmax(dim=2)
    return weights @ values * mask.unsqueeze(2)
