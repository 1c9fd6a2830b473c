"""The error is what the critic learns from. As a constant it has no graph, and there is nothing
left to differentiate.
"""

import torch


def td_step(critic, optimizer, states, rewards, next_states, terminated, gamma):
    _check(states, rewards)
    both = critic(torch.cat([states, next_states]))  # one pass for both is faster than two
    values, next_values = both.squeeze(1).chunk(2)
    targets = rewards + gamma * torch.where(terminated, 0.0, next_values)
    errors = (targets - values).detach()
    loss = 0.5 * errors.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _check(states, rewards):
    if rewards.shape != states.shape[:1]:
        raise ValueError(f"rewards {tuple(rewards.shape)} for {tuple(states.shape[:1])} transitions")
    if len(rewards) == 0:
        raise ValueError("empty batch")
    bad = (~rewards.isfinite()).nonzero().flatten().tolist()
    if bad:
        raise ValueError(f"rewards[{bad[0]}] is {rewards[bad[0]].item()}")
