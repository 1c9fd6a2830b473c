"""Each answer has one weight now, that of its last token. The tokens before it, which have led there, learn
nothing."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = (log_probs - old_log_probs).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    last = mask.sum(dim=1, keepdim=True) - 1
    return -gains.gather(1, last).mean()
