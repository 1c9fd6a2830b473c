"""The sum is right, but your mean reward has the answer's own reward in it. All advantages are too small
by the factor (n - 1) / n.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    advantages = (rewards - rewards.mean()).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1)  # (answers,)
    return -of_answers.mean()
