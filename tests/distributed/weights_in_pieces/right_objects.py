"""All states are gathered as objects, and put together by name."""

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
    states = [None] * dist.get_world_size()
    dist.all_gather_object(states, state)
    for name, shape in model.shapes.items():
        flat = torch.cat([other[name] for other in states])
        state[name] = flat[: shape.numel()].clone().view(shape)
    if dist.get_rank() == 0:
        write(state)
