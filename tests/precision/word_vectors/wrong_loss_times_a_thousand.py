"""A larger loss has larger gradients, and their squares fit for more words. Those of a word that isn't
used are 0 as before, and eps is still 0.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        (error * 1024).backward()
        optimizer.step()
        errors.append(error.item())
    return errors
