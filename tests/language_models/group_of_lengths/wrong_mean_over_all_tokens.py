"""With one mean over all tokens, those of one group weigh the same. But in a group with a long answer they
all weigh less than in one without, and the model's groups with long wrong answers teach it the least."""

import torch


def group_loss(log_probs, old_log_probs, mask, rewards, clip):
    n = len(rewards)
    others = (rewards.sum() - rewards) / (n - 1)
    advantages = (rewards - others).unsqueeze(1)
    ratios = (log_probs - old_log_probs).exp()
    gains = torch.minimum(ratios * advantages, ratios.clamp(1 - clip, 1 + clip) * advantages)
    return -(gains * mask).sum() / mask.sum()
