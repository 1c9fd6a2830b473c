"""An event behind the copy, which the current stream waits for."""

import torch


def predict(model, batch, stream):
    copied = torch.cuda.Event()
    with torch.cuda.stream(stream):
        inputs = batch.to(stream.device, non_blocking=True)
        copied.record(stream)
    copied.wait(torch.cuda.current_stream())
    inputs.record_stream(torch.cuda.current_stream())
    with torch.no_grad():
        return model(inputs)
