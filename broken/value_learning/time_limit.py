"""Targets for a critic: what each step of a rollout was worth, as far as the rollout shows."""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    """The target of every step: G_t = r_t + gamma * (what follows t), steps in the order of time.

    What follows is G_(t+1) while the episode goes on, nothing where it terminated, and the value of
    the state that the step led to where the rollout shows no more of the episode: where it was cut
    off by a time limit (Pardo et al., "Time limits in reinforcement learning", 2018, section 2), and
    after the last step. The step after an end belongs to another episode.

    rewards:     (steps,) of a floating point dtype
    next_values: (steps,) in their dtype, the critic's values of the states that the steps led to,
                 before any reset; read only where the promise above needs them
    terminated:  (steps,) bool, the game is over; it wins where a step is marked as both
    truncated:   (steps,) bool, the time limit was reached
    gamma:       from 0 to 1
    Returns (steps,), without a graph, like the rewards. Nothing that is passed in is changed.
    Raises ValueError if there are no steps or if the shapes differ, naming two of them, and TypeError
    if terminated or truncated is not bool.
    """
    _check(rewards, next_values, terminated, truncated)
    dones = (terminated | truncated).tolist()
    targets = torch.empty_like(rewards)
    running = next_values[-1].item()  # the rollout may stop in the middle of an episode
    for t in reversed(range(len(rewards))):
        if dones[t]:
            running = 0.0
        running = rewards[t].item() + gamma * running
        targets[t] = running
    return targets


def _check(rewards, *others):
    if rewards.dim() != 1 or len(rewards) == 0:
        raise ValueError(f"rewards {tuple(rewards.shape)}: one dimension and at least one step are needed")
    for name, values in zip(("next_values", "terminated", "truncated"), others):
        if values.shape != rewards.shape:
            raise ValueError(f"{name} {tuple(values.shape)}, rewards {tuple(rewards.shape)}")
        if name != "next_values" and values.dtype != torch.bool:
            raise TypeError(f"{name} must be bool, got {values.dtype}")
