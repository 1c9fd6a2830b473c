"""All losses are computed as one vector. Its Jacobian has each sample's gradient as a row."""

import torch


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def losses(parameters):
        predictions = torch.stack([torch.func.functional_call(model, parameters, (x,)) for x in inputs])
        penalty = sum((p * p).sum() for p in parameters.values())
        return ((predictions - targets) ** 2).sum(dim=1) + decay / 2 * penalty

    return torch.func.jacrev(losses)(parameters)
