"""How well do pictures find their captions, and captions their pictures?"""

import torch


def matches(pictures, captions, scale=100.0):
    """Return (loss, how often a picture finds its caption, how often a caption finds its picture).

    pictures, captions: (n, k), floating point, no row of zeros; row i of one belongs to row i of the other
    scale: what the cosine similarities are multiplied by
    A picture finds its caption if that is more similar to it than all other captions are, by the cosine;
    a caption finds its picture likewise; the best is never tied. Both rates are floats from 0 to 1, for any
    n of at least 1.
    loss: the mean of two cross entropies of the scaled similarities, one for each way, with its graph.
    Raises ValueError for no rows or unequal shapes.
    """
    if len(pictures) == 0 or pictures.shape != captions.shape:
        raise ValueError("every picture needs one caption")
    pictures = torch.nn.functional.normalize(pictures, dim=1)
    captions = torch.nn.functional.normalize(captions, dim=1)
    scores = scale * pictures @ captions.t()
    own = torch.arange(len(pictures), device=pictures.device)
    loss = torch.nn.functional.cross_entropy(scores, own)
    loss = (loss + torch.nn.functional.cross_entropy(scores.t(), own)) / 2
    by_picture = (scores.argmax() == own).float().mean().item()
    by_caption = (scores.t().argmax() == own).float().mean().item()
    return loss, by_picture, by_caption
