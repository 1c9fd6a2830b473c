"""The mean over everything, divided by the fraction that's real."""

import torch


def training_step(model, inputs, targets, mask, lr):
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = (model(inputs) - targets) ** 2
    loss = (errors * mask.unsqueeze(2)).mean() / mask.to(errors.dtype).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
