"""You have made beta larger by 1, so the codes are no longer pushed away. The codebook still has no
gradient, and the loss has another value.
"""

import torch
import torch.nn.functional as F


def quantize(codes, book, beta):
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)
        chosen = distances.argmin(dim=1)
    nearest = book[chosen]
    quantized = codes + (nearest - codes).detach()
    loss = F.mse_loss(quantized, codes.detach()) + (1 + beta) * F.mse_loss(quantized.detach(), codes)
    return quantized, loss, chosen
