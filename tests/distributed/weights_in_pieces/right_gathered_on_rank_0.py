"""All ranks send their pieces; only rank 0 makes room for them."""

import torch


def shard(model, dist, threshold):
    rank, size = dist.get_rank(), dist.get_world_size()
    model.shapes = {}
    for name, parameter in model.named_parameters():
        if parameter.numel() > threshold:
            model.shapes[name] = parameter.shape
            missing = -parameter.numel() % size
            padded = torch.nn.functional.pad(parameter.data.flatten(), (0, missing))
            parameter.data = padded.view(size, -1)[rank].clone()


def save(model, dist, write):
    state = {name: value.clone() for name, value in model.state_dict().items()}
    rank, size = dist.get_rank(), dist.get_world_size()
    for name, shape in model.shapes.items():
        pieces = [torch.empty_like(state[name]) for _ in range(size)] if rank == 0 else None
        dist.gather(state[name], pieces, dst=0)
        if rank == 0:
            state[name] = torch.cat(pieces)[: shape.numel()].reshape(shape)
    if rank == 0:
        write(state)
