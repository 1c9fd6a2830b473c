"""PPO: one epoch on a rollout, with the clipped surrogate of arXiv 1707.06347."""

import torch


def train_epoch(policy, optimizer, states, actions, advantages, old_log_probs=None, clip=0.2):
    """Take one step on -mean(min(r * A, clamp(r, 1 - clip, 1 + clip) * A)); return this loss.

    The ratio r of a step is pi(a | s) / pi_old(a | s), where pi_old is the policy that collected the rollout.
    policy:        module, (steps, features) -> (steps, actions) logits; pi at the call
    states:        (steps, features); actions: (steps,) int64
    advantages:    (steps,) A, constants of the dtype of the states
    old_log_probs: (steps,) log pi_old(a | s), constants of this dtype; None in the first epoch on a
                   rollout, when the policy is still the one that collected it
    The parameters keep the gradient of this step in `.grad`. The loss is a float.
    Raises ValueError, before anything changes, if there are no steps, or if a torch.nn.Dropout in the
    policy is in training mode: pi and pi_old would differ by chance.
    """
    _check(policy, states)
    log_probs = torch.log_softmax(policy(states), dim=1).gather(1, actions[:, None]).squeeze(1)
    if old_log_probs is None:
        old_log_probs = log_probs
    ratio = torch.exp(log_probs - old_log_probs)
    loss = -torch.min(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _check(policy, states):
    if len(states) == 0:
        raise ValueError("empty rollout")
    if any(isinstance(module, torch.nn.Dropout) and module.training for module in policy.modules()):
        raise ValueError("the policy drops units at random: call policy.eval() first")
