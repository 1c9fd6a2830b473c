"""The weights move, but towards the wrong target. Scores of shape (samples, 1) minus targets of shape
(samples,) compare every score with every target, so the model learns to predict the mean.
"""

import torch


@torch.no_grad()
def predict(model, inputs):
    return model(inputs).squeeze(-1)


def finetune(model, inputs, targets, steps, lr):
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((model(inputs) - targets) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
