"""The padding is dropped before anything is computed, so only real steps reach the model."""

import torch


def training_step(model, inputs, targets, mask, lr):
    if mask.shape != targets.shape[:2] or not mask.any():
        raise ValueError(
            f"expected a mask {tuple(targets.shape[:2])} with a real step, got {tuple(mask.shape)}"
        )
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = torch.nn.functional.mse_loss(model(inputs[mask]), targets[mask])
    loss.backward()
    optimizer.step()
    return loss.item()
