"""Read songs segment by segment, and say something about every step."""

import torch


class Reader(torch.nn.Module):
    """A recurrent network with a memory that lives from segment to segment."""

    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.lstm = torch.nn.LSTM(features, hidden, batch_first=True)
        self.head = torch.nn.Linear(hidden, outputs)
        self.reset()

    def reset(self):
        """Forget: the next segment is the first one of its songs."""
        self.memory = None

    def forward(self, segments):
        if self.memory is not None and self.memory[0].shape[1] != len(segments):
            raise ValueError("the number of songs has changed; call reset() between songs")
        states, (hidden, cell) = self.lstm(segments)  # (songs, steps, hidden)
        self.memory = hidden.detach(), cell.detach()
        return self.head(states)


def make_reader(features, hidden, outputs):
    """Return a module that maps segments (songs, steps, features) to (songs, steps, outputs).

    Call it with the first segment of some songs, then with the second one of the same songs, and so on.
    The segments may differ in their number of steps: songs that are cut into segments give the outputs
    that they give in one piece. `reset()` begins new songs, of which nothing is known.
    The gradient of a segment's outputs ends where the segment begins, so that each segment can go
    backward by itself. Raises ValueError if the number of songs changes without a reset.
    """
    return Reader(features, hidden, outputs)
