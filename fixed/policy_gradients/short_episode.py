"""REINFORCE: one update of the policy after every episode, with returns on a common scale."""

import torch


def update(policy, optimizer, states, actions, rewards, gamma):
    """One step of the optimizer on -sum(A_t * log pi(a_t|s_t)) over one episode; return this loss.

    policy:  module, (steps, features) -> (steps, actions) logits
    states:  (steps, features)
    actions: (steps,) int64, the actions that were taken
    rewards: the `steps` rewards as a list of floats, one or more
    gamma:   discount, 0 to 1; G_t = r_t + gamma * r_t+1 + gamma^2 * r_t+2 + ...
    The A_t are (G_t - mean) / (std + 1e-8), with the mean and the std (divided by steps - 1) of the
    episode's returns. An episode of a single step has nothing to be compared with: its A is its return.
    The parameters keep the gradients of this step in `.grad`. The loss is a float.
    Raises ValueError, before anything changes, if the episode is empty.
    """
    if len(rewards) == 0:
        raise ValueError("the episode is empty")
    returns = _rewards_to_go(rewards, gamma).to(states)
    advantages = returns
    if len(returns) > 1:  # the std of a single number is NaN, and no epsilon fixes that
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
