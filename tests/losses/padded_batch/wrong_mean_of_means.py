"""A mean for each sequence, then the mean of those. A step in a short sequence counts more than one in a
long sequence, so the result depends on how the steps are spread.
"""

import torch


def training_step(model, inputs, targets, mask, lr):
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = (model(inputs) - targets) ** 2
    loss = ((errors.mean(dim=2) * mask).sum(dim=1) / mask.sum(dim=1)).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
