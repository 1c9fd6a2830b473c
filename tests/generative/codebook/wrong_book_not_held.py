"""`quantized` belongs to the codes. Without its detach, the second part compares the codes with themselves
and their slopes cancel. The book still has no gradient.
"""

import torch
import torch.nn.functional as F


def quantize(codes, book, beta):
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)  # (n, entries)
        chosen = distances.argmin(dim=1)
    quantized = book[chosen]
    quantized = codes + (quantized - codes).detach()
    to_codes = F.mse_loss(quantized, codes.detach())
    to_book = F.mse_loss(quantized, codes)
    loss = to_codes + beta * to_book
    return quantized, loss, chosen
