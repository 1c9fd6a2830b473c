"""Every rollout starts with an empty memory: nothing is raised, but the trader forgets everything it saw
before.
"""

import torch


def play(policy, memory, observations, draws):
    if len(observations) == 0:
        raise ValueError("no steps to play")
    memory = torch.zeros_like(memory)
    actions, log_probs = [], []
    for observation, draw in zip(observations, draws):
        memory = policy["cell"](observation, memory)
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
    loss.backward()
    optimizer.step()
    return loss.item()
