"""A reader of short texts, whose blocks are recomputed in the backward pass to save memory."""

from torch.utils.checkpoint import checkpoint


def score(table, blocks, head, tokens):
    """Return two scores for each text, (texts, 2).

    table:  `torch.nn.Embedding` with pretrained vectors, (words, width); usually frozen
    blocks: `torch.nn.ModuleList` of modules that map (..., width) to (..., width); dropout is allowed
    head:   maps (texts, width) to (texts, 2)
    tokens: (texts, length), int64

    If `blocks` is in training mode, nothing that a block computes inside is kept for the backward pass:
    each block runs once more there. The gradients are those of a plain run with the same random numbers,
    for every parameter that requires one; no parameter's requires_grad changes. In evaluation mode each
    block runs once.
    """
    hidden = table(tokens)  # (texts, length, width)
    for block in blocks:
        if blocks.training:
            # The random state is restored, so that dropout drops the same again.
            change = checkpoint(block, hidden, use_reentrant=True, preserve_rng_state=True)
        else:
            change = block(hidden)
        hidden = hidden + change
    return head(hidden.mean(dim=1))
