"""Sum up each text in one vector, by attention over its words."""

import torch


def summarize(query, keys, values, mask):
    """Return one vector per text: its values, weighted by how well their keys fit the query.

    query:  (width,), the same for all texts
    keys:   (texts, words, width); values: (texts, words, size)
    mask:   (texts, words), bool: True for a word, False for padding, which has no effect

    The weights of a text are the softmax of query . key / sqrt(width) over its words, whatever their
    size is, as long as query . key is finite in the dtype. A text without words gets zeros, and moves
    nothing. If the score of a word is NaN, so is its text's vector: a fault from outside stays visible.
    query, keys and values have one dtype, float32, bfloat16 or float16, and the result has it, too.
    Returns (texts, size).
    """
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    # The lowest number that the dtype has, and put there, not added: a sum could be -inf.
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=1)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
