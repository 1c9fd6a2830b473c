"""A bandit with a softmax policy, trained by exact policy gradients: every arm is enumerated."""

import math

import torch


def train(logits, rewards, steps, lr):
    """Teach pi = softmax(logits) to earn more; return J, the expected reward, before each step.

    logits:  (arms,) leaf with requires_grad, finite, however large; each step adds lr * dJ/dlogits
             to it, in place, where J = sum(pi * rewards) and, by the policy gradient theorem,
             dJ/dlogits = E[r(a) * dlog pi(a)/dlogits] = pi * (rewards - J)
    rewards: (arms,) finite numbers of any dtype; they are cast to the dtype of `logits`
    Returns a list of `steps` floats. Raises ValueError, and leaves `logits` as they are, if there
    are no arms, if the shapes differ, or if a reward or a logit is NaN or infinite.
    """
    _check(logits, rewards)
    rewards = rewards.to(logits.dtype)
    optimizer = torch.optim.SGD([logits], lr=lr)
    earned = []
    for _ in range(steps):
        log_pi = torch.log_softmax(logits, dim=0)
        pi = log_pi.detach().exp()  # how often each arm is drawn
        earned.append((pi * rewards).sum().item())
        loss = -(pi * rewards * log_pi).sum()  # -E[r(a) * log pi(a)]: an optimizer goes downhill
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return earned


def _check(logits, rewards):
    if logits.dim() != 1 or logits.shape != rewards.shape:
        raise ValueError(f"logits {tuple(logits.shape)} and rewards {tuple(rewards.shape)} must be (arms,)")
    if rewards.numel() == 0:
        raise ValueError("there are no arms: logits and rewards are empty")
    for name, values in (("rewards", rewards), ("logits", logits)):
        for index, value in enumerate(values.tolist()):
            if not math.isfinite(value):
                raise ValueError(f"{name}[{index}] is {value}")
