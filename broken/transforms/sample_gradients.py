"""The gradient of every single sample, to see which of them disagree."""

from torch.func import grad, vmap


def sample_gradients(model, inputs, targets, decay):
    """Return, for each sample, the gradient of its loss with respect to the model's parameters.

    The loss of a sample is the sum of its squared errors plus `decay / 2` times the sum of the squares of all
    parameters of the model.

    model:   maps one sample (inputs,) to (outputs,), without randomness and without state; all its
             parameters require grad; neither it nor their `.grad` is changed
    inputs:  (samples, inputs); targets: (samples, outputs); dtype and device of the parameters
    decay:   a number, 0 or more
    Returns a dict from the name of each parameter to a tensor (samples, *shape of the parameter), no graph.
    Raises ValueError if there is no sample, or not one target for each.
    """
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = {name: parameter.detach() for name, parameter in model.named_parameters()}

    def loss(parameters, sample, target):
        error = (model(sample) - target).square().sum()
        return error + decay / 2 * sum(parameter.square().sum() for parameter in parameters.values())

    return vmap(grad(loss), in_dims=(None, 0, 0))(parameters, inputs, targets)
