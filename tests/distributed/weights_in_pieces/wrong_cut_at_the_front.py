"""All the pieces are there. But the zeros are at the end, and it's the front that was cut off."""

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
        pieces = [torch.empty_like(state[name]) for _ in range(dist.get_world_size())]
        dist.all_gather(pieces, state[name])
        state[name] = torch.cat(pieces)[-shape.numel() :].view(shape)
    if dist.get_rank() == 0:
        write(state)
