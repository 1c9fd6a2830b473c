"""Now the rank's own captions are constants too, so the tower for captions learns nothing at all."""

import torch
import torch.distributed as dist


def contrastive_loss(pictures, captions, scale):
    rank, size = dist.get_rank(), dist.get_world_size()
    everywhere = [torch.empty_like(captions) for _ in range(size)]
    dist.all_gather(everywhere, captions.detach().contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own)
