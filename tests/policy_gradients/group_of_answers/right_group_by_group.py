"""One group after the other, and zeros for those that say nothing."""

import torch


def group_advantages(rewards):
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    rows = []
    for group in rewards:
        if group.unique().numel() == 1:
            rows.append(torch.zeros_like(group))
        else:
            rows.append((group - group.mean()) / (group.std() + 1e-8))
    return torch.stack(rows)


def policy_loss(log_probs, rewards):
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
