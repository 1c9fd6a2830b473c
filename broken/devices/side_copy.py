"""A batch that is copied to the GPU on a stream of its own."""

import torch


def predict(model, batch, stream):
    """The outputs of `model` for `batch`, computed on the current stream.

    model:  a function of one tensor, (n, features) to anything, on the current device
    batch:  (n, features), pinned; the caller leaves it alone until the device is idle
    stream: a side stream of the current device: the copy runs there, beside whatever the
            current stream still has to do

    The outputs may be used on the current stream at once. Returns without waiting for the device.
    """
    with torch.cuda.stream(stream):
        inputs = batch.to(stream.device, non_blocking=True)
    with torch.no_grad():
        return model(inputs)
