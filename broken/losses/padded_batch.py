"""Train on sequences of different lengths, padded to a common one."""

import torch


def training_step(model, inputs, targets, mask, lr):
    """Take one step of gradient descent on the mean of (prediction - target)**2 over all real steps.

    model:   treats every step independently, (sequences, steps, features) to (sequences, steps, outputs);
             its parameters have no gradients yet and change in place
    inputs:  (sequences, steps, features); targets: (sequences, steps, outputs)
    mask:    (sequences, steps), bool, True for real steps and False for padding, which can be anywhere
             and holds numbers of ordinary size, neither inf nor nan
    Every real step counts as much as every other, in sequences of any length, and so does each output.
    Returns that mean before the step, a float. Neither the mean nor the step depends on how the steps are
    spread over sequences, or on how much padding there is.
    Raises ValueError, before anything changes, if the mask has a different shape or no step is real.
    """
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    errors = (model(inputs) - targets) ** 2
    loss = (errors * mask.unsqueeze(2)).mean()
    loss.backward()
    optimizer.step()
    return loss.item()
