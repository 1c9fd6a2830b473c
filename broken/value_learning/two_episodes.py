"""The returns of a rollout: a number of steps in several environments, which start over by themselves."""

import torch


def rollout_returns(rewards, dones, last_values, gamma):
    """The discounted reward from each step to the end of its episode, the target of the critic.

    An episode that the rollout cuts off goes on with the value of the state that it had come to.

    rewards:     (steps, envs), floating point
    dones:       (steps, envs) bool, whether the episode ended with this step: the next step of that
                 environment is then the first one of another episode
    last_values: (envs,), in the dtype of the rewards: what the critic expects from the state after the
                 last step on; a number that plays no part where the last step ended the episode
    Returns (steps, envs) in the dtype of the rewards. The arguments stay as they are.
    Raises TypeError for dones that are not bool, naming their dtype; ValueError if there are no steps,
    or for shapes that do not fit, naming them.
    """
    _check(rewards, dones, last_values)
    alive = 1 - dones.to(rewards.dtype)
    value = last_values * alive[-1]
    returns = torch.empty_like(rewards)
    for t in reversed(range(len(rewards))):
        value = rewards[t] + gamma * value
        returns[t] = value
    return returns


def _check(rewards, dones, last_values):
    if dones.dtype != torch.bool:
        raise TypeError(f"dones must be bool, not {dones.dtype}")
    shapes = [tuple(tensor.shape) for tensor in (rewards, dones, last_values)]
    if rewards.dim() != 2 or shapes[1:] != [shapes[0], shapes[0][1:]]:
        raise ValueError(f"rewards, dones and last_values have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
