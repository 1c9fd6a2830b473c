"""A fixed floor doesn't know the unit of the rewards: groups with small rewards lose their signal,
and large equal ones still get through.
"""


def group_advantages(rewards):
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    mean = rewards.mean(dim=1, keepdim=True)
    std = rewards.std(dim=1, keepdim=True)
    return ((rewards - mean) / (std + 1e-8)).masked_fill(std < 1e-3, 0.0)


def policy_loss(log_probs, rewards):
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
