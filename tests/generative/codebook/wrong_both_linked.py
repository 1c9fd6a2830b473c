"""Now `quantized` belongs to the entries and to the codes. So the decoder moves the codebook, and each
part of the loss pulls at both sides.
"""

import torch
import torch.nn.functional as F


def quantize(codes, book, beta):
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)  # (n, entries)
        chosen = distances.argmin(dim=1)
    quantized = book[chosen]
    quantized = quantized + (codes - codes.detach())
    to_codes = F.mse_loss(quantized, codes.detach())
    to_book = F.mse_loss(quantized.detach(), codes)
    loss = to_codes + beta * to_book
    return quantized, loss, chosen
