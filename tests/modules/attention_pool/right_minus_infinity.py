"""A mask of numbers that is added to the scores: 0 for tokens, minus infinity for padding."""

import torch
from torch.nn import functional


def pool(mixer, query, tokens, lengths):
    """Let the tokens of each sequence attend to each other, then attend to them with the query.

    mixer:   torch.nn.MultiheadAttention of the tokens' width, batch_first
    query:   (width,), the same for every sequence; the pooling is softmax(query . token / sqrt(width))
    tokens:  (samples, time, width); everything after a sequence's end is padding, any numbers from -1000
             to 1000
    lengths: (samples,), integers from 1 to time; ValueError otherwise
    Returns (samples, width). Neither padding nor another sequence has any influence: each sequence is
    pooled as if it came alone and without padding. The query, the mixer and the tokens get their gradients.
    """
    samples, time, width = tokens.shape
    if samples and (lengths.min() < 1 or lengths.max() > time):
        raise ValueError(f"lengths must be from 1 to {time}, got {lengths.tolist()}")
    padding = torch.arange(time, device=tokens.device) >= lengths[:, None]  # (samples, time)
    mixed, _ = mixer(tokens, tokens, tokens, key_padding_mask=padding)  # (samples, time, width)
    mask = torch.zeros_like(tokens[:, :1, 0]).expand(samples, time).masked_fill(padding, float("-inf"))
    mask = mask[:, None, :]
    pooled = functional.scaled_dot_product_attention(
        query.expand(samples, 1, width), mixed, mixed, attn_mask=mask
    )
    return pooled.squeeze(1)  # (samples, width)
