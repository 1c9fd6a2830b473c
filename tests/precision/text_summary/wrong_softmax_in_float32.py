"""In float32 the bias is finite, so an empty text is fine. But -1e9 is only some low number, and it's
added: a score in the billions outweighs it, and padding wins.
"""

import torch


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    bias = (1.0 - mask.float()) * -1e9
    weights = torch.softmax(scores.float() + bias, dim=1).to(values.dtype)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
