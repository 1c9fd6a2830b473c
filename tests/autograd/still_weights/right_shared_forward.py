"""Training and validation share the forward pass; only validation switches the recording off."""

import torch


def _scores(model, inputs):
    return model(inputs).squeeze(-1)


def predict(model, inputs):
    with torch.no_grad():
        return _scores(model, inputs)


def finetune(model, inputs, targets, steps, lr):
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.mse_loss(_scores(model, inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
