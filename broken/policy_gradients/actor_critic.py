"""Actor-critic: a policy and its critic learn from the same rollouts, each by its own term of one loss."""

import torch


def loss(agent, rollout, gamma, lam, value_weight, entropy_weight):
    """Return -mean(A_t log pi) + value_weight * 0.5 mean((G_t - V)**2) - entropy_weight * mean(H), a scalar.

    A_t is the sum over k >= t, within the episode of t, of (gamma lam)**(k - t) * delta_k (generalized
    advantages, arXiv 1506.02438, equation 16); delta_k = r_k + gamma V(s_(k+1)) - V(s_k), without the
    next value where the game is over. G_t = A_t + V(s_t). A_t and G_t are constants: the first term and
    the bonus for the entropy H train the policy alone, the second term the critic alone.

    agent:   ModuleDict, "policy": states -> (steps, actions) logits, "critic": states -> (steps, 1)
    rollout: dict of tensors, a row per step: states, actions (int64), rewards (in the dtype of the values),
             next_states, terminated and ended (bool). ended marks the last step of an episode (the
             last row need not be one): the game is over (terminated) or was cut off there.
    Raises ValueError if there are no steps, or for the index of a reward that is NaN or infinite.
    """
    _check(rollout["rewards"])
    values = agent["critic"](rollout["states"]).squeeze(1)
    advantages = _targets(agent["critic"], rollout, gamma, lam) - values
    log_pi = torch.log_softmax(agent["policy"](rollout["states"]), dim=1)
    log_probs = log_pi.gather(1, rollout["actions"][:, None]).squeeze(1)
    entropy = -(log_pi.exp() * log_pi).sum(1).mean()
    policy_loss = -(advantages * log_probs).mean()
    value_loss = 0.5 * advantages.pow(2).mean()
    return policy_loss + value_weight * value_loss + entropy_weight * entropy


def update(agent, optimizer, rollout, gamma, lam, value_weight, entropy_weight):
    """Take one step on `loss`; return it, a float. The gradients of this step alone stay in `.grad`.
    What `loss` refuses is refused before anything changes.
    """
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
        delta = rollout["rewards"][t] + gamma * going_on * next_values[t] - values[t]
        running = delta + gamma * lam * going_on * running
        advantages[t] = running
    return advantages + values


def _check(rewards):
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if not rewards.isfinite().all():
        bad = rewards.isfinite().tolist().index(False)
        raise ValueError(f"rewards[{bad}] is {rewards[bad].item()}")
