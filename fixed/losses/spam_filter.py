"""A spam filter: a linear score for every email, trained by logistic regression."""

import torch


def make_filter(words):
    """Return a new filter for emails described by `words` numbers each.

    It's a module with two parameters, a weight of shape (1, words) and a bias of shape (1,), both zero.
    The score of an email is weight @ mail + bias, any real number.
    """
    model = torch.nn.Sequential(torch.nn.Linear(words, 1))  # only the score: who uses it takes the sigmoid
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    return model


def judge(model, mails):
    """Return for each of the `mails`, (mails, words), the probability that it's spam, and the verdict.

    probability: (mails,), 1 / (1 + exp(-score)); verdict: (mails,), bool, True if the probability is
    above 1/2
    """
    probability = torch.sigmoid(model(mails).squeeze(1))
    return probability, probability > 0.5


def train(model, mails, labels, steps, lr):
    """Minimize the mean over emails of -log(probability of the label), by plain gradient descent.

    model:  made by `make_filter`, changes in place; mails: (mails, words)
    labels: (mails,), floating point, 1 for spam and 0 for ham
    Returns a list with that mean before each of the `steps` updates. There's no upper limit to what a
    mistake can cost: a ham with the score 500 adds 500.
    Raises ValueError, before anything changes, unless there are emails with one label each.
    """
    if len(mails) == 0 or labels.shape != mails.shape[:1]:
        shapes = f"mails {tuple(mails.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected emails with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(mails).squeeze(1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
