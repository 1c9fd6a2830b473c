"""The old scores are kept in the rollout's order, but the minibatches are shuffled: each sample is
compared with another sample's score.
"""

import torch


def improve(policy, optimizer, states, actions, advantages, order, size, clip=0.2):
    _check(actions, advantages, order)
    with torch.no_grad():
        old_log_probs = _score(policy, states, actions)
    clipped = []
    for shuffled in order:
        outside = 0
        for batch, old in zip(shuffled.split(size), old_log_probs.split(size)):
            log_probs = _score(policy, states[batch], actions[batch])
            ratio = torch.exp(log_probs - old)
            gain = torch.min(ratio * advantages[batch], ratio.clamp(1 - clip, 1 + clip) * advantages[batch])
            optimizer.zero_grad()
            (-gain.mean()).backward()
            optimizer.step()
            outside += ((ratio - 1).abs() > clip).sum().item()
        clipped.append(outside / len(actions))
    return clipped


def _score(policy, states, actions):
    return torch.log_softmax(policy(states), dim=1).gather(1, actions[:, None]).squeeze(1)


def _check(actions, advantages, order):
    shapes = [tuple(tensor.shape) for tensor in (actions, advantages, order)]
    if shapes[0] != shapes[1] or shapes[0] != shapes[2][1:]:
        raise ValueError(f"actions, advantages and order have the shapes {shapes}")
    if len(actions) == 0:
        raise ValueError("empty rollout")
