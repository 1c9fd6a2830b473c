"""Nothing is NaN any more. But eps is now as large as many gradients, and it's added to the root of their
squares: the rarer a word, the further its steps are from Adam's.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr, eps=1e-3)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
