"""RMSprop divides by the same root as Adam, so an unused word is 0 / 0 there too. And the docstring has
Adam.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.RMSprop([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
