"""A linear model that scales its inputs by what it saw in the training data."""

import torch


class Regressor(torch.nn.Module):
    """Center and scale each feature, then map the features linearly to the outputs."""

    def __init__(self, features, outputs, device, dtype):
        super().__init__()
        self.mean = torch.zeros(features, device=device, dtype=dtype)
        self.std = torch.ones(features, device=device, dtype=dtype)
        self.linear = torch.nn.Linear(features, outputs, device=device, dtype=dtype)

    def forward(self, inputs):
        return self.linear((inputs - self.mean) / self.std)


def make_model(features, outputs, device=None, dtype=None):
    """Return a module that maps (samples, features) to (samples, outputs); a new one doesn't scale yet.

    Training only moves its linear layer, and nothing else requires a gradient; fit_scaling() sets the
    scaling. state_dict() holds both, and load_state_dict() restores both. A cast or a move with to()
    reaches both: the outputs have the dtype and device that the module was sent to.
    device, dtype: as for torch.nn.Linear
    """
    return Regressor(features, outputs, device, dtype)


def fit_scaling(model, samples):
    """Make `model` subtract the mean of each feature and divide by its standard deviation, over `samples`.

    samples: (samples, features), dtype and device of the model, without a gradient. The deviation is the
    population's (divide by the number of samples); a constant feature is only centered.
    A second call replaces the scaling. Raises ValueError, and changes nothing, if there are no samples.
    """
    if len(samples) == 0:
        raise ValueError("there are no samples to take the scaling from")
    std = samples.std(0, correction=0)
    constant = (samples == samples[0]).all(0)
    model.mean = samples.mean(0)
    model.std = torch.where(constant, 1, std)
