"""One bandit per market, each with a softmax policy of its own, trained together by policy gradients."""

import torch


def train(policies, rewards, updates, lr):
    """Let every policy climb its expected reward J = sum(pi * r), in place; return the losses.

    policies: list of (arms,) leaves with requires_grad, the logits of one policy per market; the
              markets may differ in their arms. Each update adds lr * pi * (r - J) to them, which is
              lr * dJ/dlogits at that update (the policy gradient theorem, with every arm enumerated)
    rewards:  list of (arms,) tensors, one per policy, of its dtype and on its device
    Returns a list of `updates` floats: minus the sum of all J, before each update. A run may be
    split over several calls; it ends in the same place.
    """
    optimizer = torch.optim.SGD(policies, lr=lr)
    losses = []
    for _ in range(updates):
        optimizer.zero_grad()  # the graph is new, but `.grad` is a running sum
        loss = -sum((torch.softmax(logits, 0) * r).sum() for logits, r in zip(policies, rewards))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
