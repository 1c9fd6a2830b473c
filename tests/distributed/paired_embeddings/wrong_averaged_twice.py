"""The gradients come back, but you average them on the way, and the ranks are averaged once more
afterwards.
"""

import torch
import torch.distributed as dist
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):
    rank = dist.get_rank()

    size = dist.get_world_size()
    everywhere = all_gather(captions.contiguous())
    everywhere = [part / size + part.detach() * (1 - 1 / size) for part in everywhere]
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own)
