"""A bare linear unit. The loss is log(1 + exp(score)), minus the score where the label is 1."""

import torch


def make_filter(words):
    model = torch.nn.Linear(words, 1)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    return model


def judge(model, mails):
    probability = 1 / (1 + torch.exp(-model(mails)[:, 0]))
    return probability, probability > 0.5


def train(model, mails, labels, steps, lr):
    if len(mails) == 0 or labels.shape != mails.shape[:1]:
        shapes = f"mails {tuple(mails.shape)}, labels {tuple(labels.shape)}"
        raise ValueError(f"expected emails with one label each, got {shapes}")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        scores = model(mails)[:, 0]
        loss = (torch.nn.functional.softplus(scores) - labels * scores).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
