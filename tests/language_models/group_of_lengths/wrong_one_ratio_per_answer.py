"""The slopes are right as long as the model hasn't moved. Afterwards an answer's ratio is the product of
all of its tokens', and one token beyond the limit clips the others, too."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = ((log_probs - old_log_probs) * mask).sum(dim=1, keepdim=True).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    of_answers = gains[:, 0]
    return -of_answers.mean()
