"""The policy no longer pulls at the critic. But nothing else does either: the error is a constant
in both terms, and the critic never changes.
"""

import torch


def loss(agent, rollout, gamma, lam, value_weight, entropy_weight):
    _check(rollout["rewards"])
    values = agent["critic"](rollout["states"]).squeeze(1)
    advantages = (_targets(agent["critic"], rollout, gamma, lam) - values).detach()
    log_pi = torch.log_softmax(agent["policy"](rollout["states"]), dim=1)
    log_probs = log_pi.gather(1, rollout["actions"][:, None]).squeeze(1)
    entropy = -(log_pi.exp() * log_pi).sum(1).mean()
    policy_loss = -(advantages * log_probs).mean()
    value_loss = 0.5 * advantages.pow(2).mean()
    return policy_loss + value_weight * value_loss - entropy_weight * entropy


def update(agent, optimizer, rollout, gamma, lam, value_weight, entropy_weight):
    total = loss(agent, rollout, gamma, lam, value_weight, entropy_weight)
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    return total.item()


@torch.no_grad()
def _targets(critic, rollout, gamma, lam):
    values = critic(rollout["states"]).squeeze(1)
    next_values = critic(rollout["next_states"]).squeeze(1)
    running, advantages = 0.0, torch.zeros_like(values)
    for t in reversed(range(len(values))):
        going_on = 0.0 if rollout["ended"][t] else 1.0
        alive = 0.0 if rollout["terminated"][t] else 1.0
        delta = rollout["rewards"][t] + gamma * alive * next_values[t] - values[t]
        running = delta + gamma * lam * going_on * running
        advantages[t] = running
    return advantages + values


def _check(rewards):
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if not rewards.isfinite().all():
        bad = rewards.isfinite().tolist().index(False)
        raise ValueError(f"rewards[{bad}] is {rewards[bad].item()}")
