"""A recurrent trader: it plays some steps in every market, learns from them, and plays on."""

import torch


def play(policy, memory, observations, draws):
    """Play a few steps in all markets; return the actions, their log_probs, and the memory at the end.

    policy:       ModuleDict, "cell": (markets, features) and (markets, units) -> (markets, units), the
                  next memory, and "head": (markets, units) -> (markets, actions) logits
    memory:       (markets, units), the memory that the last call returned; zeros on the first day
    observations: (steps, markets, features), which do not depend on what a small trader does
    draws:        (steps, markets) uniform numbers in [0, 1), which pick the actions along the
                  cumulative probabilities
    The actions are (steps, markets) int64, the log_probs (steps, markets) with their graph: their
    gradient reaches back to the first step of this call, for which the memory is given numbers.
    Raises ValueError if there are no steps.
    """
    if len(observations) == 0:
        raise ValueError("no steps to play")
    memory = memory.detach()  # keep the numbers of the last call, drop its graph
    actions, log_probs = [], []
    for observation, draw in zip(observations, draws):
        memory = policy["cell"](observation, memory)  # what it has seen so far carries over from call to call
        log_pi = torch.log_softmax(policy["head"](memory), dim=1)
        action = (log_pi.exp().cumsum(dim=1)[:, :-1] <= draw[:, None]).sum(dim=1)
        actions.append(action)
        log_probs.append(log_pi.gather(1, action[:, None]).squeeze(1))
    return torch.stack(actions), torch.stack(log_probs), memory  # (steps, markets) twice, (markets, units)


def learn(optimizer, log_probs, returns):
    """Take one step on -mean(returns * log_probs); return this loss, a float.

    log_probs: (steps, markets), fresh from `play`; returns: (steps, markets), constants
    The parameters keep the gradient of this step in `.grad`. Raises ValueError, before anything
    changes, if the shapes differ (naming both).
    """
    if log_probs.shape != returns.shape:
        raise ValueError(f"log_probs {tuple(log_probs.shape)}, returns {tuple(returns.shape)}")
    loss = -(returns * log_probs).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
