"""A single return is measured from 0 and on a scale of 1."""

import torch


def update(policy, optimizer, states, actions, rewards, gamma):
    if len(rewards) == 0:
        raise ValueError("the episode is empty")
    returns = _rewards_to_go(rewards, gamma).to(states)
    alone = len(returns) == 1
    mean, scale = (0.0, 1.0) if alone else (returns.mean(), returns.std() + 1e-8)
    advantages = (returns - mean) / scale
    log_pi = torch.log_softmax(policy(states), dim=1)
    loss = -(advantages * log_pi.gather(1, actions[:, None]).squeeze(1)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _rewards_to_go(rewards, gamma):
    total, returns = 0.0, []
    for reward in reversed(rewards):
        total = reward + gamma * total
        returns.append(total)
    return torch.tensor(returns[::-1], dtype=torch.float64)
