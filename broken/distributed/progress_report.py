"""Train one model on several ranks, and report the progress once for all of them."""

import torch


def train(model, batches, lr, dist, every, report):
    """Train `model` in place by gradient descent on its mean squared error.

    All ranks call it at the same time, each with its own arguments.
    model:   the same architecture on all ranks; training starts from rank 0's
    batches: list of (inputs, targets); on all ranks the same number, of the same sizes
    dist:    torch.distributed, or what stands in for it
    every:   after each `every` steps, rank 0 calls report(step, error): the number of
             steps so far, and the mean over the ranks of their errors before this step,
             a float. The other ranks report nothing
    Each step follows the mean of the ranks' gradients, so all end with one model.
    """
    for parameter in model.parameters():
        dist.broadcast(parameter.data, src=0)
    for step, (inputs, targets) in enumerate(batches, start=1):
        model.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        if dist.get_rank() == 0 and step % every == 0:
            report(step, mean_over_ranks(error, dist).item())
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * mean_over_ranks(parameter.grad, dist)


def mean_over_ranks(value, dist):
    """Return the mean of `value`, a tensor, over all ranks; it stays as it is."""
    total = value.detach().clone()
    dist.all_reduce(total)
    return total / dist.get_world_size()
