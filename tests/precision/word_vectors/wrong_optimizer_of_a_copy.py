"""`table.float()` is a new tensor with a history, so no optimizer takes it. It needs a copy without one,
whose steps are then written to the table.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table.float()], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
