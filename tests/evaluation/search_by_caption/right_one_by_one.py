"""Row by row, argmax has nothing to flatten."""

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
    hits = [sum(int(row.argmax()) == i for i, row in enumerate(table)) for table in (scores, scores.t())]
    by_picture, by_caption = (count / len(scores) for count in hits)
    return loss, by_picture, by_caption
