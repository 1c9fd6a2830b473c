"""A piece doesn't have the elements for the whole shape. They're on the other ranks."""

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
    for name, shape in model.shapes.items():
        state[name] = state[name].view(shape)
    if dist.get_rank() == 0:
        write(state)
