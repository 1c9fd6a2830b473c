"""The precision is right. But without `padding_idx` the padding is trained like a word."""

import torch


def fit(table, batches, lr):
    precise = table.detach().float().clone()
    optimizer = torch.optim.Adam([precise], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        precise.grad = torch.autograd.grad(error, table)[0].float()
        optimizer.step()
        table.detach().copy_(precise)
        errors.append(error.item())
    return errors
