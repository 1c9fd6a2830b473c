"""The factor makes up for the division on average, and only there. A token of a long answer still weighs less
than one of a short answer."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = (log_probs - old_log_probs).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    lengths = mask.sum(dim=1)
    of_answers = (gains * mask).sum(dim=1) / lengths * lengths.double().mean()
    return -of_answers.mean()
