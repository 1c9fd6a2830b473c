"""The next states go through the critic on their own, without a graph."""

import torch


def td_step(critic, optimizer, states, rewards, next_states, terminated, gamma):
    _check(states, rewards)
    values = critic(states).squeeze(1)
    with torch.no_grad():
        next_values = critic(next_states).squeeze(1)
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
    bad = (~rewards.isfinite()).nonzero().flatten().tolist()
    if bad:
        raise ValueError(f"rewards[{bad[0]}] is {rewards[bad[0]].item()}")
