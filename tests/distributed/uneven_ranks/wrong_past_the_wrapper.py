"""The weights of the samples are right. But the predictions no longer go through the wrapper, so nothing
is averaged.
"""

import torch
import torch.distributed as dist


def fit(model, batches, lr):
    # The wrapper sends the parameters of rank 0 to all ranks, and averages gradients in backward().
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # the replica's are the same objects
    for inputs, targets in batches:
        optimizer.zero_grad()
        samples = torch.tensor(float(len(inputs)), device=inputs.device)
        dist.all_reduce(samples)
        world = dist.get_world_size()
        error = (model(inputs) - targets).square().sum() * world / samples
        error.backward()
        optimizer.step()
