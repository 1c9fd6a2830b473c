"""Now you multiply by the length instead of dividing: the tokens of long answers weigh more than those of
short ones.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1) * mask.sum(dim=1)  # (answers,)
    return -of_answers.mean()
