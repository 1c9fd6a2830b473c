"""A spam filter: a linear score for every mail, trained by logistic regression."""

import torch


def make_filter(words):
    """Return a new filter for mails that are described by `words` numbers each.

    It is a module with two parameters, a weight of shape (1, words) and a bias of shape (1,), both zero.
    The score of a mail is weight @ mail + bias, any real number.
    """
    model = torch.nn.Sequential(torch.nn.Linear(words, 1))  # only the score: who uses it takes the sigmoid
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    return model


def judge(model, mails):
    """Return for each of the `mails`, (mails, words), how likely it is spam, and the verdict.

    probability: (mails,), 1 / (1 + exp(-score)); verdict: (mails,), bool, whether the probability exceeds 1/2
    """
    probability = torch.sigmoid(model(mails).squeeze(1))
    return probability, probability > 0.5


def train(model, mails, labels, steps, lr):
    """Minimise the mean over mails of -log(probability of the label), by plain gradient descent.

    model:  made by `make_filter`, changes in place; mails: (mails, words)
    labels: (mails,), floating point, 1 for spam and 0 for ham
    Returns a list with that mean before each of the `steps` updates. The worse a mail is misjudged, the more
    it counts: a large score that speaks against its label counts as much as the size of the score.
    Raises ValueError, before anything changes, unless there are mails with one label each.
    """
    if len(mails) == 0 or labels.shape != mails.shape[:1]:
        shapes = f"mails {tuple(mails.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected mails with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(mails).squeeze(1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
