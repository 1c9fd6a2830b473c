"""1e-7 is a number in float16, so nothing is divided by 0. But the squares of small gradients are still 0
there, and such a word takes steps that are far too long.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr, eps=1e-7)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
