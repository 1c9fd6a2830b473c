"""Each sequence runs alone, as (steps, features), which leaves nothing to mix up."""

import torch


class Classifier(torch.nn.Module):
    """Read a sequence step by step, then map the last hidden state to one score for each class."""

    def __init__(self, features, hidden, classes):
        super().__init__()
        self.rnn = torch.nn.RNN(features, hidden, nonlinearity="relu")
        self.scores = torch.nn.Linear(hidden, classes)

    def forward(self, sequences):
        if sequences.ndim != 3 or sequences.shape[1] == 0:
            raise ValueError(f"expected (samples, steps, features), got {tuple(sequences.shape)}")
        last = [self.rnn(sequence)[0][-1] for sequence in sequences]
        return self.scores(torch.stack(last))


def make_classifier(features, hidden, classes):
    """Return a module that maps sequences (samples, steps, features) to scores (samples, classes).

    The hidden state h of a sequence starts at zero, and each step x updates it: relu(W x + b + U h + c).
    The scores are a linear map of the state after the last step. They depend on all of the sequence's
    own steps, and on no other sequence.
    The module raises ValueError for anything but three dimensions, and for sequences without steps.
    """
    return Classifier(features, hidden, classes)


def fit(model, sequences, labels, steps, lr):
    """Train `model` in place by gradient descent on its mean cross entropy.

    sequences: (samples, steps, features), dtype and device of the model; labels: (samples,), class numbers
    Returns a list with the loss before each step.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(model(sequences), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
