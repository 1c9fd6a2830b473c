"""Dividing the learning rate by the number of updates undoes the growth of the sum, but not the sum: each
step is the average of all gradients so far, most of them computed where the policy no longer is.
"""

import torch


def train(policies, rewards, updates, lr):
    optimizer = torch.optim.SGD(policies, lr=lr)
    losses = []
    for update in range(updates):
        loss = -sum((torch.softmax(logits, 0) * r).sum() for logits, r in zip(policies, rewards))
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = lr / (update + 1)
        optimizer.step()
        losses.append(loss.item())
    return losses
