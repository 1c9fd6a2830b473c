"""Each text is read by itself, without its padding, and written back into zeros."""

import math

import torch


def attend(queries, keys, values, mask):
    outputs = torch.zeros_like(values)
    for text, real in enumerate(mask):
        q, k, v = queries[text, real], keys[text, real], values[text, real]
        future = torch.ones(len(q), len(q), dtype=torch.bool, device=q.device).triu(diagonal=1)
        scores = (q @ k.T / math.sqrt(q.shape[1])).masked_fill(future, -math.inf)
        outputs[text, real] = scores.softmax(dim=1) @ v
    return outputs
