"""A classifier: one function for its probabilities, one to train it."""

import torch


def classify(model, inputs):
    """Return the probability of every class for every sample.

    model:  maps (samples, features) to scores, (samples, classes), which may be any real numbers
    inputs: (samples, features)
    Returns (samples, classes): exp(score) / sum of exp(scores), so that each row adds up to 1.
    """
    return model(inputs).softmax(dim=1)


def train(model, inputs, labels, steps, lr):
    """Minimize the mean over samples of -log(probability that `classify` gives the label).

    model, inputs: as for `classify`; all parameters of the model change in place
    labels:        (samples,), int64, from 0 to classes - 1
    Returns a list with that mean before each of the `steps` updates of plain gradient descent. It's finite
    and exact for all scores between -1000 and 1000, however unlikely the labels are.
    Raises ValueError, before anything changes, unless there are samples with one label each.
    """
    if len(inputs) == 0 or labels.shape != inputs.shape[:1]:
        shapes = f"inputs {tuple(inputs.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected samples with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(classify(model, inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
