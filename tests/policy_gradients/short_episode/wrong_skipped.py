"""There's no NaN, but no update either: if you skip one-step episodes, you never learn from moves that
end an episode at once.
"""

import torch


def update(policy, optimizer, states, actions, rewards, gamma):
    if len(rewards) == 0:
        raise ValueError("the episode is empty")
    returns = _rewards_to_go(rewards, gamma).to(states)
    if len(returns) < 2:
        return 0.0
    advantages = (returns - returns.mean()) / (returns.std() + 1e-8)
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
