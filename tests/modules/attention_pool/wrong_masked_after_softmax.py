"""The weights of the padding become zero only after the softmax has given it a share: those of the tokens add
up to less than one.
"""

import torch


def pool(mixer, query, tokens, lengths):
    """Let the tokens of each sequence attend to each other, then attend to them with the query.

    mixer:   torch.nn.MultiheadAttention of the tokens' width, batch_first
    query:   (width,), the same for every sequence; the pooling is softmax(query . token / sqrt(width))
    tokens:  (samples, time, width); what lies behind a sequence's end is padding, and any finite number
    lengths: (samples,), integers from 1 to time; ValueError otherwise
    Returns (samples, width). Padding has no part in it, and neither has another sequence: each one is pooled
    as if it came alone and without padding. Differentiable by the query, the mixer and the tokens.
    """
    samples, time, width = tokens.shape
    if samples and (lengths.min() < 1 or lengths.max() > time):
        raise ValueError(f"lengths must be from 1 to {time}, got {lengths.tolist()}")
    padding = torch.arange(time, device=tokens.device) >= lengths[:, None]  # (samples, time)
    mixed, _ = mixer(tokens, tokens, tokens, key_padding_mask=padding)
    weights = (mixed @ query / width**0.5).softmax(-1).masked_fill(padding, 0.0)  # (samples, time)
    return (weights.unsqueeze(-1) * mixed).sum(1)
