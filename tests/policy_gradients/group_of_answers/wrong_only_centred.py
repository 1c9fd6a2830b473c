"""Without the division nothing is blown up. But the advantages are no longer on the scale of their
group, and those of equal rewards are tiny instead of 0.
"""


def group_advantages(rewards):
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    mean = rewards.mean(dim=1, keepdim=True)
    return rewards - mean


def policy_loss(log_probs, rewards):
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
