"""The library scores the actions and knows the entropy; the rest in lambda-returns."""

import torch


def loss(agent, rollout, gamma, lam, value_weight, entropy_weight):
    _check(rollout["rewards"])
    values = agent["critic"](rollout["states"]).squeeze(1)
    advantages = _targets(agent["critic"], rollout, gamma, lam) - values
    policy = torch.distributions.Categorical(logits=agent["policy"](rollout["states"]))
    log_probs, entropy = policy.log_prob(rollout["actions"]), policy.entropy().mean()
    policy_loss = -(advantages.detach() * log_probs).mean()
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
    targets = torch.zeros_like(values)
    later = next_values[-1]
    for t in reversed(range(len(values))):
        if rollout["terminated"][t]:
            later = torch.zeros_like(next_values[t])
        elif rollout["ended"][t] or t == len(values) - 1:
            later = next_values[t]
        else:
            later = (1 - lam) * next_values[t] + lam * later
        later = rollout["rewards"][t] + gamma * later
        targets[t] = later
    return targets


def _check(rewards):
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if not rewards.isfinite().all():
        bad = rewards.isfinite().tolist().index(False)
        raise ValueError(f"rewards[{bad}] is {rewards[bad].item()}")
