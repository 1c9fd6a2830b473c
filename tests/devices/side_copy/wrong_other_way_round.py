"""The side stream waits for the current one, and the model still starts before the copy is done:
`current.wait_stream(stream)` is the one that waits."""

import torch


def predict(model, batch, stream):
    with torch.cuda.stream(stream):
        inputs = batch.to(stream.device, non_blocking=True)
    stream.wait_stream(torch.cuda.current_stream())
    inputs.record_stream(torch.cuda.current_stream())
    with torch.no_grad():
        return model(inputs)
