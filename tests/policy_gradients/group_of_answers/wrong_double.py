"""In float64 the mean of most equal float32 rewards is exact. Rewards that already are float64,
especially large ones, have the same trouble as before.
"""


def group_advantages(rewards):
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    dtype, rewards = rewards.dtype, rewards.double()
    mean = rewards.mean(dim=1, keepdim=True)
    std = rewards.std(dim=1, keepdim=True)
    return ((rewards - mean) / (std + 1e-8)).to(dtype)


def policy_loss(log_probs, rewards):
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
