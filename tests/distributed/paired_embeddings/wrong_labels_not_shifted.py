"""The gather is right, but the labels aren't shifted by the rank any more: from rank 1 on, a picture is
matched with captions of rank 0.
"""

import torch
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):

    everywhere = all_gather(captions.contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device)
    return torch.nn.functional.cross_entropy(scores, own)
