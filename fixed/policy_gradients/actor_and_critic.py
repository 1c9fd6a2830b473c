"""Advantage actor-critic: roll the policy out, then one update of the policy and of its critic."""

import torch


def collect(agent, states, draws):
    """Let the policy act once in every state; return a rollout: states, actions and log_probs, a dict.

    agent:  ModuleDict, "policy": (steps, features) -> (steps, actions) logits, and "critic"
    states: (steps, features)
    draws:  (steps,) uniform numbers in [0, 1), which pick the actions along the cumulative
            probabilities; the caller draws them, so that a rollout can be repeated
    The actions are (steps,) int64, the log_probs (steps,).
    """
    with torch.no_grad():
        log_pi = torch.log_softmax(agent["policy"](states), dim=1)
        actions = (log_pi.exp().cumsum(dim=1)[:, :-1] <= draws[:, None]).sum(dim=1)
        log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    return {"states": states, "actions": actions, "log_probs": log_probs}


def learn(agent, optimizer, rollout, returns):
    """Take one step on -mean(A * log pi(a|s)) + 0.5 * mean((returns - V)**2); return this loss.

    This is advantage actor-critic, arXiv 1602.01783, without its entropy bonus.

    agent:   as in `collect`, and unchanged since; "critic": (steps, features) -> (steps, 1), the values V
    returns: (steps,) constants in the dtype of the states. So are the advantages A = returns - V:
             the first term trains the policy alone, the second the critic alone
    The parameters of agent keep the gradients of this step in `.grad`. A frozen critic, without
    requires_grad, stays as it is while the policy learns. The loss is a float.
    Raises, before anything changes: ValueError if there are no steps, if returns have another shape
    (naming both), require a gradient, or are NaN or infinite (naming the index); TypeError if they
    have another dtype.
    """
    states = rollout["states"]
    _check(states, returns)
    values = agent["critic"](states).squeeze(1)
    advantages = (returns - values).detach()  # a weight of the policy's term
    # The same actions, scored again: a rollout collected without a graph leads no gradient to the policy.
    log_pi = torch.log_softmax(agent["policy"](states), dim=1)
    log_probs = log_pi.gather(1, rollout["actions"][:, None]).squeeze(1)
    loss = -(advantages * log_probs).mean() + 0.5 * (returns - values).pow(2).mean()
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
