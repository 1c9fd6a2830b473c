"""A loop over the answers: each is the sum of its own tokens."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = (log_probs - old_log_probs).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = [row[keep].sum() for row, keep in zip(gains, mask)]
    return -torch.stack(of_answers).mean()
