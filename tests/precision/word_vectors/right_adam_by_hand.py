"""Adam written out, with its two averages in float32."""

import torch


def fit(table, batches, lr):
    mean = torch.zeros_like(table, dtype=torch.float32)
    square = torch.zeros_like(table, dtype=torch.float32)
    errors = []
    for ids, targets in batches:
        vectors = torch.nn.functional.embedding(ids, table, padding_idx=0)
        error = torch.nn.functional.l1_loss(vectors.float(), targets.float())
        (gradient,) = torch.autograd.grad(error, table)
        mean = torch.lerp(mean, gradient.float(), 0.1)
        square = torch.lerp(square, gradient.float().square(), 0.001)
        k = len(errors) + 1
        step = (mean / (1 - 0.9**k)) / ((square / (1 - 0.999**k)).sqrt() + 1e-8)
        with torch.no_grad():
            table.copy_(table.float() - lr * step)
        errors.append(error.item())
    return errors
