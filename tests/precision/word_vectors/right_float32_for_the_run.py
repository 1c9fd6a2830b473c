"""The run has a float32 table of its own, which is rounded into the given one at the end."""

import torch


def fit(table, batches, lr):
    precise = table.detach().float().clone().requires_grad_()
    optimizer = torch.optim.Adam([precise], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, precise.to(table.dtype), padding_idx=0)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    with torch.no_grad():
        table.copy_(precise)
    return errors
