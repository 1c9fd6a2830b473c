"""The loss is minus the mean probability of the labels, without a logarithm. It's negative, and where the
model is confident and wrong it hardly has any gradient.
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
        loss = torch.nn.functional.nll_loss(classify(model, inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
