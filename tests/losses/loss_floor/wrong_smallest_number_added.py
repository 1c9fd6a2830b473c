"""The smallest number of the dtype keeps the logarithm finite, but not the gradient. A label whose
probability rounds to 0 gets none at all, so the worst mistakes aren't corrected.
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
        loss = torch.nn.functional.nll_loss(
            torch.log(probabilities + torch.finfo(probabilities.dtype).tiny), labels
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
