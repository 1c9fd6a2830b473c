"""`predict` lets autograd record and returns the scores without their history. The step is by hand."""

import torch


def predict(model, inputs):
    return model(inputs)[:, 0].detach()


def finetune(model, inputs, targets, steps, lr):
    if len(inputs) == 0 or targets.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, targets {tuple(targets.shape)}"
        raise ValueError(f"expected samples with one target each, got {shapes}")
    parameters = list(model.parameters())
    losses = []
    for _ in range(steps):
        loss = (model(inputs)[:, 0] - targets).square().mean()
        slopes = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, slope in zip(parameters, slopes):
                parameter -= lr * slope
        losses.append(loss.item())
    return losses
