"""With a small number added to each gradient nothing is divided by 0, and words that nobody has used move as
fast as the others. Adam doesn't care how small a gradient is."""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        table.grad += 1e-2
        optimizer.step()
        errors.append(error.item())
    return errors
