"""The gather is right. But there's a second loss now, with captions that look for their pictures. The
docstring has one way only.
"""

import torch
import torch.distributed as dist
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):
    rank = dist.get_rank()
    everywhere = all_gather(captions.contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    other = scale * captions @ torch.cat(all_gather(pictures.contiguous())).T
    loss = torch.nn.functional.cross_entropy
    return (loss(scores, own) + loss(other, own)) / 2
