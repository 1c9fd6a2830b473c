"""Each step is right, and it's the copy that takes it. The caller's table stays as it was."""

import torch


def fit(table, batches, lr):
    table = table.detach().float().requires_grad_()
    optimizer = torch.optim.Adam([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
