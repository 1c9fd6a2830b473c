"""A linear model that scales its inputs by what it saw in the training data."""

import torch


class Regressor(torch.nn.Module):
    """Centre and scale each feature, then map the features linearly to the outputs."""

    def __init__(self, features, outputs, device, dtype):
        super().__init__()
        # a buffer is not trained, but it is saved, loaded, cast and moved with the module
        self.register_buffer("mean", torch.zeros(features, device=device, dtype=dtype))
        self.register_buffer("std", torch.ones(features, device=device, dtype=dtype))
        self.linear = torch.nn.Linear(features, outputs, device=device, dtype=dtype)

    def forward(self, inputs):
        return self.linear((inputs - self.mean) / self.std)


def make_model(features, outputs, device=None, dtype=None):
    """Return a module that maps (samples, features) to (samples, outputs); a new one does not scale yet.

    Training moves its linear layer only, and nothing else asks for a gradient; the scaling is fixed by
    fit_scaling(). A checkpoint made by state_dict() holds both, and load_state_dict() takes both over. A cast
    or a move by to() reaches both: the outputs have the dtype and device to which the module was sent.
    device, dtype: as for torch.nn.Linear
    """
    return Regressor(features, outputs, device, dtype)


def fit_scaling(model, samples):
    """Make `model` subtract the mean of each feature and divide by its standard deviation, over `samples`.

    samples: (samples, features), dtype and device of the model. The deviation is that of the population
    (the mean square is divided by the number of samples); a constant feature is only centred.
    A second call replaces the scaling. Raises ValueError, and changes nothing, when there are no samples.
    """
    if len(samples) == 0:
        raise ValueError("there are no samples to take the scaling from")
    std = samples.std(0, correction=0)
    constant = (samples == samples[0]).all(0)
    model.mean = samples.mean(0)
    model.std = torch.where(constant, 1, std)
