"""Without the other ranks' captions the gradient is right for another loss: each picture is only compared
with the captions of its own rank.
"""

import torch


def contrastive_loss(pictures, captions, scale):
    everywhere, rank = [captions], 0
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own)
