"""Temporal-difference learning: a critic learns what states are worth from single transitions."""

import torch


def td_step(critic, optimizer, states, rewards, next_states, terminated, gamma):
    """Take one step of TD(0) on a batch of transitions; return the loss 0.5 * mean((y - V(s))**2).

    Here y = r + gamma * V(s'), or y = r where the episode terminated. The step is the semi-gradient one
    of Sutton and Barto, "Reinforcement Learning", 2nd edition, section 9.4: minus lr times
    mean((V(s) - y) * dV(s)), if the optimizer is plain SGD.

    critic:     (transitions, features) -> (transitions, 1), the values V
    states:     (transitions, features); next_states: the states s' that followed, in the same shape
    rewards:    (transitions,) in the dtype of the states; terminated: (transitions,) bool
    gamma:      from 0 to 1
    The parameters of critic keep the gradient of this step in `.grad`. The loss is a float.
    Raises ValueError, before anything changes, if there are no transitions, if rewards have another
    shape than (transitions,), naming both, or if a reward is NaN or infinite, naming its index.
    """
    _check(states, rewards)
    both = critic(torch.cat([states, next_states]))  # one pass for both is faster than two
    values, next_values = both.squeeze(1).chunk(2)
    targets = rewards + gamma * torch.where(terminated, 0.0, next_values)
    loss = 0.5 * (targets - values).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _check(states, rewards):
    if rewards.shape != states.shape[:1]:
        raise ValueError(f"rewards {tuple(rewards.shape)} for {tuple(states.shape[:1])} transitions")
    if len(rewards) == 0:
        raise ValueError("empty batch")
    # One NaN among the rewards would be in every weight after the step.
    bad = (~rewards.isfinite()).nonzero().flatten().tolist()
    if bad:
        raise ValueError(f"rewards[{bad[0]}] is {rewards[bad[0]].item()}")
