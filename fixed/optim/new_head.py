"""Fine-tuning: a trained model learns a new task."""

import torch


def fine_tune(model, inputs, targets, steps, lr, body_lr, momentum=0.0):
    """Train body and head of `model` on the mean squared error; return the error before each step.

    model:   module with a `body` and a `head`, a `torch.nn.Linear` without bias; maps `inputs` to
             (samples, outputs of the head). A head with as many outputs as `targets` keeps
             training; any other is replaced by a new one, whose outputs all start as the mean of the features
    inputs:  (samples, values); targets: (samples, outputs); dtype and device of the model
    lr, body_lr, momentum: of SGD; `lr` for the head, `body_lr` for the body. Gradients from before the
             call are not used
    Returns a list of floats. Raises ValueError, and changes nothing, if there are no samples.
    """
    if len(inputs) == 0:
        raise ValueError("there are no samples to learn from")
    # Before the optimizer, which only knows the parameters it was built with.
    if model.head.out_features != targets.shape[1]:
        model.head = _new_head(model.head, targets)
    optimizer = torch.optim.SGD(
        [{"params": model.head.parameters()}, {"params": model.body.parameters(), "lr": body_lr}],
        lr=lr,
        momentum=momentum,
    )
    errors = []
    for _ in range(steps):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        errors.append(error.item())
    return errors


def _new_head(old, targets):
    """A head for these targets, in which every output is the mean of the features."""
    head = torch.nn.Linear(old.in_features, targets.shape[1], bias=False).to(targets)
    torch.nn.init.constant_(head.weight, 1 / old.in_features)
    return head
