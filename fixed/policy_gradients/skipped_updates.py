"""REINFORCE with several episodes per update, which go through the policy one by one."""

import torch


def train(theta, batches, lr):
    """Take one step of gradient descent for every batch of episodes; return the losses, one per batch.

    The loss of an episode is -sum_t G_t log pi(a_t | s_t), with pi = softmax(theta[s]); that of a batch
    is the mean over its episodes, at theta as it is when the batch begins, in whatever order they come.
    A run may be split over several calls; it ends in the same place.
    theta:   (states, actions), the logits: a leaf with requires_grad; it is moved in place, by
             -lr * d loss / d theta for each batch
    batches: list of lists of episodes, (states, actions, returns): three tensors (steps,), int64 rows
             and columns of theta, and the returns G in the dtype of theta
    Returns a list of floats. Raises ValueError, before anything changes, for a batch without episodes,
    an episode without steps, and an episode whose tensors differ in shape, naming the shapes.
    """
    _check(batches)
    optimizer = torch.optim.SGD([theta], lr=lr)
    losses = []
    for batch in batches:
        optimizer.zero_grad()  # all episodes of a batch add up in one `.grad`
        total = 0.0
        for states, actions, returns in batch:
            log_probs = torch.log_softmax(theta, dim=1)[states, actions]
            loss = -(returns * log_probs).sum() / len(batch)
            loss.backward()
            total += loss.item()
        optimizer.step()
        losses.append(total)
    return losses


def _check(batches):
    for number, batch in enumerate(batches):
        if not batch:
            raise ValueError(f"batch {number} has no episodes")
        for episode in batch:
            shapes = [tuple(tensor.shape) for tensor in episode]
            if shapes != [(episode[0].numel(),)] * 3:
                raise ValueError(f"states, actions and returns of an episode have the shapes {shapes}")
            if shapes[0] == (0,):
                raise ValueError(f"batch {number} has an empty episode")
