"""There's no error, but no gradient reaches the policy: a graph that starts at the ratio can't lead
back to what the ratio was computed from.
"""

import torch


def train_epoch(policy, optimizer, states, actions, advantages, old_log_probs=None, clip=0.2):
    _check(policy, states)
    log_probs = torch.log_softmax(policy(states), dim=1).gather(1, actions[:, None]).squeeze(1)
    if old_log_probs is None:
        log_probs = old_log_probs = log_probs.detach()
    ratio = torch.exp(log_probs - old_log_probs)
    if not ratio.requires_grad:
        ratio.requires_grad_()
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
