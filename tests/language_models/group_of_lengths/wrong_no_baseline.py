"""The sum is right, and the mean gradient too. But an advantage is the reward minus the mean of the
others, and without that, every answer to an easy prompt is pushed up.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    advantages = rewards.unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1)  # (answers,)
    return -of_answers.mean()
