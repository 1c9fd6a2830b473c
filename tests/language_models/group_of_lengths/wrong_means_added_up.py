"""You add up the answers where the mean was right, and each is still a mean over its tokens. A token of a
long answer weighs less than one of a short answer.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1) / mask.sum(dim=1)  # (answers,)
    return -of_answers.sum()
