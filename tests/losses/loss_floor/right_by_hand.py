"""-log(softmax) written out: the log of the sum of exp(scores), minus the label's score."""

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
        scores = model(inputs)
        of_label = scores.gather(1, labels.unsqueeze(1)).squeeze(1)
        loss = (scores.logsumexp(dim=1) - of_label).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
