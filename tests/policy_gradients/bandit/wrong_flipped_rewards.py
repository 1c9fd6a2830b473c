"""With negated rewards the policy learns the right thing, but everything else that reads them is
flipped too: the earnings it reports are losses.
"""

import math

import torch


def train(logits, rewards, steps, lr):
    _check(logits, rewards)
    rewards = -rewards.to(logits.dtype)
    optimizer = torch.optim.SGD([logits], lr=lr)
    earned = []
    for _ in range(steps):
        log_pi = torch.log_softmax(logits, dim=0)
        pi = log_pi.detach().exp()  # how often each arm is drawn
        earned.append((pi * rewards).sum().item())
        objective = (pi * rewards * log_pi).sum()  # E[r(a) * log pi(a)]
        optimizer.zero_grad()
        objective.backward()
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
