"""The bias is added and the softmax taken in float32, where -1e9 is a number."""


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5
    bias = (~mask).float() * -1e9
    weights = (scores.float() + bias).softmax(dim=1).to(values.dtype)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)
    return vectors * mask.any(dim=1, keepdim=True)
