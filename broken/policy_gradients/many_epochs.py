"""PPO: several epochs of shuffled minibatches on one rollout, arXiv 1707.06347."""

import torch


def improve(policy, optimizer, states, actions, advantages, order, size, clip=0.2):
    """Descend -mean(min(r * A, clamp(r, 1 - clip, 1 + clip) * A)), a step per minibatch.

    The ratio r of a sample is pi(a | s) / pi_old(a | s), where pi_old is the policy that collected the
    rollout, which is `policy` as it is at the call.
    policy:     module, (samples, features) -> (samples, actions) logits
    states:     (samples, features); actions: (samples,) int64
    advantages: (samples,) A, of the dtype of the states
    order:      (epochs, samples) int64: row e holds the indices of all samples, shuffled for epoch e
    size:       samples in a minibatch, which are neighbours in the row; the last one may have fewer
    Returns a list, forevery epoch the share of samples whose ratio lay outside 1 - clip to 1 + clip
    when their minibatch was scored. Raises ValueError, before anything changes, if there are no
    samples, or if actions, advantages and the rows of order differ in length (naming the shapes).
    """
    _check(actions, advantages, order)
    clipped = []
    for shuffled in order:
        outside = 0
        for batch in shuffled.split(size):
            with torch.no_grad():
                old_log_probs = _score(policy, states[batch], actions[batch])
            log_probs = _score(policy, states[batch], actions[batch])
            ratio = torch.exp(log_probs - old_log_probs)
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
