"""A piece is a stretch of the flattened parameter, and they lie one behind the other. Here the first
elements of all pieces come first.
"""

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
        state[name] = torch.stack(pieces, dim=1).flatten()[: shape.numel()].view(shape)
    if dist.get_rank() == 0:
        write(state)
