"""The hook makes the own share of the captions' gradient larger. The share from the other ranks' pictures
is still missing.
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
    captions.register_hook(lambda grad: grad * size)
    return torch.nn.functional.cross_entropy(scores, own)
