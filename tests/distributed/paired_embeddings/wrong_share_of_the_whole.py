"""This is the gradient of the whole loss with respect to this rank's own pairs. Its other shares are on the
other ranks, and they have to be added up, but the average divides them by the number of ranks.
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
    pics = [torch.empty_like(pictures) for _ in range(size)]
    dist.all_gather(pics, pictures.detach().contiguous())
    pics[rank] = pictures
    whole = scale * torch.cat(pics) @ torch.cat(everywhere).T
    full = torch.nn.functional.cross_entropy(whole, torch.arange(len(whole), device=whole.device))
    part = torch.nn.functional.cross_entropy(scores, own).detach()
    return part + (full - full.detach())
