"""Masked behind the softmax, the weights of the words no longer add up to 1: padding keeps its share."""


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5
    weights = scores.softmax(dim=1) * mask
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)
    return vectors * mask.any(dim=1, keepdim=True)
