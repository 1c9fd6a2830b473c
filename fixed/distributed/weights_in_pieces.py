"""A model whose large parameters are cut into pieces, one for each rank, and saved."""

import torch


def shard(model, dist, threshold):
    """Cut large parameters of `model`, in place, and free all but this rank's pieces.

    All ranks of `dist` (torch.distributed, or what stands in for it) hold the same
    model, and call it at the same time. A parameter with more than `threshold` elements
    is flattened and cut into pieces of one length, a piece for each rank, with zeros
    to fill up the last ones. Its name and former shape go to the dict `model.shapes`.
    All other parameters, and the buffers, stay whole on every rank. No layers share a
    parameter.
    """
    rank, size = dist.get_rank(), dist.get_world_size()
    model.shapes = {}
    for name, parameter in model.named_parameters():
        if parameter.numel() > threshold:
            model.shapes[name] = parameter.shape
            missing = -parameter.numel() % size
            padded = torch.nn.functional.pad(parameter.data.flatten(), (0, missing))
            parameter.data = padded.view(size, -1)[rank].clone()


def save(model, dist, write):
    """Call write(state) on rank 0 alone, with the state of the whole model.

    model: after `shard` and training, which changes each rank's piece; all ranks call
           this at the same time
    The state has the names, shapes and dtypes that model.state_dict() had before
    `shard`, and the numbers of now. Its tensors share no memory with the model, and
    the model stays as it is, in pieces.
    """
    state = {name: value.clone() for name, value in model.state_dict().items()}
    for name, shape in model.shapes.items():
        pieces = [torch.empty_like(state[name]) for _ in range(dist.get_world_size())]
        dist.all_gather(pieces, state[name])  # each rank has one that no other has
        state[name] = torch.cat(pieces)[: shape.numel()].view(shape)
    if dist.get_rank() == 0:
        write(state)
