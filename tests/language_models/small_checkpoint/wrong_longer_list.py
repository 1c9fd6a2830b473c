"""Now the tables of words are saved too, because you know that they were trained. The next model has
trained norms or a new head, and its names aren't in your list.
"""

import torch


def save_tuned(model, file):
    state = model.state_dict()
    trained = ("lora_", "words", "embed")
    frozen = {name for name, _ in model.named_parameters() if not any(t in name for t in trained)}
    torch.save({name: value for name, value in state.items() if name not in frozen}, file)


def load_tuned(model, file):
    tuned = torch.load(file, map_location="cpu", weights_only=True)
    unknown = sorted(tuned.keys() - model.state_dict().keys())
    if unknown:
        raise KeyError(f"the model has no {', '.join(unknown)}")
    model.load_state_dict(tuned, strict=False)  # the base has the rest
