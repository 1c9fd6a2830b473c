"""A factor makes the share of the own rank larger. The share of the other ranks' pictures is still missing,
and the loss isn't the rank's part any more.
"""

import torch
import torch.distributed as dist


def contrastive_loss(pictures, captions, scale):
    rank, size = dist.get_rank(), dist.get_world_size()
    everywhere = [torch.empty_like(captions) for _ in range(size)]
    dist.all_gather(everywhere, captions.detach().contiguous())
    everywhere[rank] = captions
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own) * size
