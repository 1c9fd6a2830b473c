"""A second loss makes captions look for pictures, and the docstring doesn't have it. What comes from the
other ranks is still constant, in both.
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
    everyone = [torch.empty_like(pictures) for _ in range(size)]
    dist.all_gather(everyone, pictures.detach().contiguous())
    everyone[rank] = pictures
    other = scale * captions @ torch.cat(everyone).T
    loss = torch.nn.functional.cross_entropy
    return (loss(scores, own) + loss(other, own)) / 2
