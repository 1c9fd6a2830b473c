"""Each rank sends a piece to all others, and what it sends is its tensor of zeros, not its piece of the
state.
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
        pieces = [torch.zeros_like(state[name]) for _ in range(dist.get_world_size())]
        for r, piece in enumerate(pieces):
            dist.broadcast(piece, src=r)
        state[name] = torch.cat(pieces)[: shape.numel()].view(shape)
    if dist.get_rank() == 0:
        write(state)
