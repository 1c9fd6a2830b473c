"""Words that aren't in the batch are put back. Rare ones in it are still infinite, and the padding is NaN
when it's looked up.
"""

import torch


def fit(table, batches, lr):
    optimizer = torch.optim.Adam([table], lr=lr)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)  # (n, width)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        optimizer.zero_grad()
        error.backward()
        before = table.detach().clone()
        optimizer.step()
        unused = torch.ones(len(table), dtype=torch.bool, device=table.device)
        unused[ids] = False
        table.data[unused] = before[unused]
        errors.append(error.item())
    return errors
