"""The sum is right. But you also divide the advantages by their standard deviation: a group whose rewards
hardly differ then pulls as hard as any other, and that isn't the gradient of the expected reward.
"""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = ((rewards - others) / (rewards.std() + 1e-6)).unsqueeze(1)  # (answers, 1)
    ratios = (log_probs - old_log_probs).exp()  # (answers, length)
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = (gains * mask).sum(dim=1)  # (answers,)
    return -of_answers.mean()
