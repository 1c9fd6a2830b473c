"""Each sample has its own gradient, but its errors are averaged instead of summed. With one output that's the
same; with more, the error counts too little next to the penalty."""

from torch.func import functional_call, grad, vmap


def sample_gradients(model, inputs, targets, decay):
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} samples with {len(targets)} targets")
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def loss(parameters, sample, target):
        error = (functional_call(model, parameters, (sample,)) - target).square().mean()
        return error + decay / 2 * sum(p.square().sum() for p in parameters.values())

    return vmap(grad(loss), in_dims=(None, 0, 0))(parameters, inputs, targets)
