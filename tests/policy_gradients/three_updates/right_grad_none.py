"""Every parameter forgets its gradient before `backward()`, by hand."""

import torch


def train(policies, rewards, updates, lr):
    optimizer = torch.optim.SGD(policies, lr=lr)
    losses = []
    for _ in range(updates):
        loss = -sum((torch.softmax(logits, 0) * r).sum() for logits, r in zip(policies, rewards))
        for logits in policies:
            logits.grad = None
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
