"""Without the mask the padding has gradients, too, and short answers get the weight of long ones."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = (log_probs - old_log_probs).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    return -gains.sum(dim=1).mean()
