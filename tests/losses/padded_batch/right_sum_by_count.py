"""The sum of what's real, divided by the number of real outputs."""

import torch


def training_step(model, inputs, targets, mask, lr):
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = (model(inputs) - targets) ** 2
    weights = mask.unsqueeze(2).expand_as(errors)
    loss = (errors * weights).sum() / weights.sum()
    loss.backward()
    optimizer.step()
    return loss.item()
