"""Nothing is raised, since every step uses its own copy of the weights. But each rollout still goes back
through all the rollouts before it: its gradient doesn't stop where the rollout began, and its graph keeps
growing.
"""

import torch


def play(policy, memory, observations, draws):
    if len(observations) == 0:
        raise ValueError("no steps to play")
    actions, log_probs = [], []
    for observation, draw in zip(observations, draws):
        weights = {name: weight.clone() for name, weight in policy["cell"].named_parameters()}
        memory = torch.func.functional_call(policy["cell"], weights, (observation, memory))
        log_pi = torch.log_softmax(policy["head"](memory), dim=1)
        action = (log_pi.exp().cumsum(dim=1)[:, :-1] <= draw[:, None]).sum(dim=1)
        actions.append(action)
        log_probs.append(log_pi.gather(1, action[:, None]).squeeze(1))
    return torch.stack(actions), torch.stack(log_probs), memory  # (steps, markets) twice, (markets, units)


def learn(optimizer, log_probs, returns):
    if log_probs.shape != returns.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)}, returns {tuple(returns.shape)}")
    loss = -(returns * log_probs).mean()
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    optimizer.step()
    return loss.item()
