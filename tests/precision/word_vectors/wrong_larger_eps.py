"""This is the advice that gets rid of NaN. But eps is now larger than the gradients of rare words, whose
squares are still 0 in float16, so their steps are many times too long."""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr, eps=1e-4)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors
