"""In float32 the bias is finite. But then the weights are float32, and they don't multiply with values of
half precision.
"""

import torch


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    bias = (1.0 - mask.float()) * -1e9
    weights = torch.softmax(scores + bias, dim=1)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
