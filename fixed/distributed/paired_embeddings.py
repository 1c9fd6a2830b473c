"""Pictures and captions that belong together, compared on several ranks."""

import torch
import torch.distributed as dist
from torch.distributed.nn.functional import all_gather


def contrastive_loss(pictures, captions, scale):
    """Return this rank's part of a contrastive loss over the pairs of all ranks.

    All ranks of the default process group call it at the same time, each with its own
    pairs, and all call backward() on the result.
    pictures, captions: (pairs, width), row i of both belongs together; the same shape
             on all ranks
    scale:   factor of the scores, a float
    The score of a picture and a caption is `scale` times their dot product. The part
    is the mean over this rank's pictures of -log(softmax over the captions of all
    ranks, at the picture's own). Averaged over the ranks, the gradients that backward()
    leaves are those of one process with all pairs, and so is the mean of the parts.
    """
    rank = dist.get_rank()
    # this one is differentiable: captions get their gradient from all ranks' pictures
    everywhere = all_gather(captions.contiguous())
    scores = scale * pictures @ torch.cat(everywhere).T
    own = torch.arange(len(pictures), device=pictures.device) + rank * len(pictures)
    return torch.nn.functional.cross_entropy(scores, own)
