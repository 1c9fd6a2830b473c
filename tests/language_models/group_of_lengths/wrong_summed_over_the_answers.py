"""`dim=0` adds up the answers, place by place, and then you take the mean over the places. A longer row
anywhere makes all tokens lighter.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=0)  # (answers,)
    return -of_answers.mean()
