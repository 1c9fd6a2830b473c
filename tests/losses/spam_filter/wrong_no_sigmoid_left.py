"""Training is right now, but there's no sigmoid left anywhere. What `judge` calls a probability is the
score, which can be negative or larger than 1.
"""

import torch


def make_filter(words):
    model = torch.nn.Linear(words, 1)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    return model


def judge(model, mails):
    probability = model(mails).squeeze(1)
    return probability, probability > 0.5


def train(model, mails, labels, steps, lr):
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
