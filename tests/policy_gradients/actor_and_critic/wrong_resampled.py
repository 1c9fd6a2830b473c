"""These log-probabilities have a graph, but they belong to actions drawn anew: the returns are
credited to actions that did not earn them.
"""

import torch


def collect(agent, states, draws):
    with torch.no_grad():
        log_pi = torch.log_softmax(agent["policy"](states), dim=1)
        actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= draws[:, None]).sum(dim=1)
        log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    return {"states": states, "actions": actions, "log_probs": log_probs}


def learn(agent, optimizer, rollout, returns):
    states = rollout["states"]
    _check(states, returns)
    values = agent["critic"](states).squeeze(1)
    advantages = (returns - values).detach()  # a weight of the policy's term
    policy = torch.distributions.Categorical(logits=agent["policy"](states))
    actor_loss = -(policy.log_prob(policy.sample()) * advantages).mean()
    loss = actor_loss + 0.5 * (returns - values).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _check(states, returns):
    if returns.shape != states.shape[:1]:
        raise ValueError(f"returns {tuple(returns.shape)} for {tuple(states.shape[:1])} steps")
    if len(returns) == 0:
        raise ValueError("empty rollout")
    if returns.requires_grad:
        raise ValueError("returns must be constants, but they require a gradient")
    if returns.dtype != states.dtype:
        raise TypeError(f"returns are {returns.dtype}, states {states.dtype}")
    bad = (~returns.isfinite()).nonzero().flatten().tolist()
    if bad:
        raise ValueError(f"returns[{bad[0]}] is {returns[bad[0]].item()}")
