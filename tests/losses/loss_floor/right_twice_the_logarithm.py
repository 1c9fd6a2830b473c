"""A log_softmax before cross_entropy costs a little time and changes nothing: taking it twice is the same
as taking it once.
"""

import torch


def classify(model, inputs):
    return torch.nn.functional.softmax(model(inputs), dim=-1)


def train(model, inputs, labels, steps, lr):
    if len(inputs) == 0 or labels.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected samples with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(model(inputs).log_softmax(dim=1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
