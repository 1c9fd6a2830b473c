"""Without its detach, codes + (entries - codes) is just the entries: what the decoder wants goes to
the codebook, and the encoder hears nothing of it.
"""

import torch
import torch.nn.functional as F


def quantize(codes, book, beta):
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)
        chosen = distances.argmin(dim=1)
    nearest = book[chosen]
    loss = F.mse_loss(nearest, codes.detach()) + beta * F.mse_loss(nearest.detach(), codes)
    quantized = codes + (nearest - codes)
    return quantized, loss, chosen
