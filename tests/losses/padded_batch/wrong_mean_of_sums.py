"""A mean for each sequence, then the mean of those: a step in a short sequence counts more than one in a
long sequence. Also, each mean counts steps but adds up outputs, so two outputs double it.
"""

import torch


def training_step(model, inputs, targets, mask, lr):
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = (model(inputs) - targets) ** 2
    loss = ((errors * mask.unsqueeze(2)).sum(dim=(1, 2)) / mask.sum(dim=1)).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
