"""The first memory is made of zeros."""

import torch


class Reader(torch.nn.Module):
    def __init__(self, features, hidden, outputs):
        super().__init__()
        self.lstm = torch.nn.LSTM(features, hidden, batch_first=True)
        self.head = torch.nn.Linear(hidden, outputs)
        self.reset()

    def reset(self):
        self.memory = None

    def forward(self, segments):
        if self.memory is not None and self.memory[0].shape[1] != len(segments):
            raise ValueError("the number of songs has changed; call reset() between songs")
        memory = self.memory
        if memory is None:
            zeros = segments.new_zeros(1, len(segments), self.lstm.hidden_size)
            memory = zeros, zeros
        states, (hidden, cell) = self.lstm(segments, memory)
        self.memory = hidden.detach(), cell.detach()
        return self.head(states)


def make_reader(features, hidden, outputs):
    return Reader(features, hidden, outputs)
