"""Nothing is missing any more. But the file is as large as the model, and loading it overwrites the
frozen parameters of the one that it's loaded into.
"""

import torch


def save_tuned(model, file):
    torch.save(model.state_dict(), file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
