"""This differentiates the loss of the whole batch, so every row is the gradient of all samples together."""

from torch.func import functional_call, grad


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def loss(parameters):
        error = (functional_call(model, parameters, (inputs,)) - targets).square().sum(dim=1).mean()
        return error + decay / 2 * sum(p.square().sum() for p in parameters.values())

    return {name: g.expand(len(inputs), *g.shape) for name, g in grad(loss)(parameters).items()}
