"""`torch.autograd.grad` returns the gradients and leaves `.grad` alone: nothing to clear."""

import torch


def train(policies, rewards, updates, lr):
    losses = []
    for _ in range(updates):
        loss = -sum((torch.softmax(logits, 0) * r).sum() for logits, r in zip(policies, rewards))
        grads = torch.autograd.grad(loss, policies)
        with torch.no_grad():
            for logits, grad in zip(policies, grads):
                logits -= lr * grad
        losses.append(loss.item())
    return losses
