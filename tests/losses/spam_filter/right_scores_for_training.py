"""The module keeps its last layer for judging; the loss gets what comes before it."""

import torch


def make_filter(words):
    model = torch.nn.Sequential(torch.nn.Linear(words, 1), torch.nn.Sigmoid())
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
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model[0](mails).squeeze(1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
