"""The hook adds up the ranks' gradients of their own captions. But these are different captions: row 0 of
one rank has nothing to do with row 0 of another.
"""

import torch
import torch.distributed as dist


def _added_up(gradient):
    total = gradient.clone()
    dist.all_reduce(total)
    return total


def contrastive_loss(pictures, captions, scale):
    rank, size = dist.get_rank(), dist.get_world_size()
    everywhere = [torch.empty_like(captions) for _ in range(size)]
    dist.all_gather(everywhere, captions.detach().contiguous())
    everywhere[rank] = captions
    if captions.requires_grad:
        captions.register_hook(_added_up)
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own)
