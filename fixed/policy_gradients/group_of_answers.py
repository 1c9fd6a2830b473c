"""Group-relative policy optimisation: a language model answers each prompt several times and compares."""


def group_advantages(rewards):
    """How much better each answer is than the others to the same prompt, on the scale of its group.

    This is (r - mean) / (std + 1e-8), row by row, with the std divided by answers - 1: arXiv 2402.03300.
    A group whose rewards are all equal says nothing: its advantages are exactly 0.

    rewards: (prompts, answers), float32 or float64, of any size and unit
    Returns (prompts, answers) in the dtype of the rewards.
    Raises ValueError if there are no prompts or fewer than two answers to each.
    """
    if rewards.dim() != 2 or len(rewards) == 0 or rewards.shape[1] < 2:
        raise ValueError(f"rewards {tuple(rewards.shape)}: expected prompts with two or more answers each")
    mean = rewards.mean(dim=1, keepdim=True)
    std = rewards.std(dim=1, keepdim=True)
    # Equal rewards need not equal their rounded mean, and 1e-8 blows the difference up: look at them.
    equal = rewards.amax(dim=1, keepdim=True) == rewards.amin(dim=1, keepdim=True)
    return ((rewards - mean) / (std + 1e-8)).masked_fill(equal, 0.0)


def policy_loss(log_probs, rewards):
    """-mean(A * log pi(answer|prompt)) over all answers, a scalar; A from `group_advantages`.

    log_probs: (prompts, answers), of the whole answers; the gradient reaches them
    rewards:   (prompts, answers), constants
    Raises ValueError, before anything changes, as `group_advantages` does, and if the two shapes
    differ, naming both.
    """
    if log_probs.shape != rewards.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)} for rewards {tuple(rewards.shape)}")
    return -(group_advantages(rewards) * log_probs).mean()
