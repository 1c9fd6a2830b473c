"""The std of equal numbers is not always 0: it is rounded as well, and for a batch of one prompt it is
computed in another way than for a larger one.
"""


def group_advantages(rewards):
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    mean = rewards.mean(dim=1, keepdim=True)
    std = rewards.std(dim=1, keepdim=True)
    return ((rewards - mean) / (std + 1e-8)).masked_fill(std == 0, 0.0)


def policy_loss(log_probs, rewards):
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
