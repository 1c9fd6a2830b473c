"""The error depends on the parameters that are passed in now, but the penalty uses the module's own, which
are constants to `grad`. The decay is lost."""

from torch.func import functional_call, grad, vmap


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def loss(parameters, sample, target):
        error = (functional_call(model, parameters, (sample,)) - target).square().sum()
        return error + decay / 2 * sum(p.square().sum() for p in model.parameters())

    return vmap(grad(loss), in_dims=(None, 0, 0))(parameters, inputs, targets)
