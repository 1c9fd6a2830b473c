"""Nothing is infinite any more. But -60000 is a limit for real scores too: in the two wider dtypes, a
word may be lower than that.
"""

import torch


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    bias = (1.0 - mask.to(scores.dtype)) * -1e9
    weights = torch.softmax((scores + bias).clamp(min=-6e4), dim=1)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
