"""The weights end where they were before the step. But the optimizer has taken it: the momentum keeps the
wild gradient, and moves the weights in the next batch.
"""

import torch


def train(model, optimizer, scaler, batches, max_norm, limit):
    norms = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(error).backward()
        scaler.unscale_(optimizer)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        norms.append(norm.item())
        saved = [p.detach().clone() for p in model.parameters()]
        scaler.step(optimizer)
        if not norm <= limit:
            for p, old in zip(model.parameters(), saved):
                p.data.copy_(old)
        scaler.update()
    return norms
