"""The NaNs are removed from the gradients after they've been computed, so the weights survive. But the
step does nothing, and the loss is still NaN.
"""

import torch


def update(policy, optimizer, states, actions, rewards, gamma):
    if len(rewards) == 0:
        raise ValueError("the episode is empty")
    returns = _rewards_to_go(rewards, gamma).to(states)
    advantages = (returns - returns.mean()) / (returns.std() + 1e-8)
    log_pi = torch.log_softmax(policy(states), dim=1)
    loss = -(advantages * log_pi.gather(1, actions[:, None]).squeeze(1)).sum()
    optimizer.zero_grad()
    loss.backward()
    for parameter in policy.parameters():
        parameter.grad.nan_to_num_()
    optimizer.step()
    return loss.item()


def _rewards_to_go(rewards, gamma):
    total, returns = 0.0, []
    for reward in reversed(rewards):
        total = reward + gamma * total
        returns.append(total)
    return torch.tensor(returns[::-1], dtype=torch.float64)
