"""A recurrent net that reads one value per hour."""

from torch import nn


class Forecaster(nn.Module):
    """A GRU that says, after each hour, by how much the next value differs from this one.

    forward(values, state=None): values (rows, n), state (1, rows, hidden), None for zeros
    Returns forecasts (rows, n), of which [:, t] depends on values[:, : t + 1] and the state alone, and the
    state after the last hour, with its graph. Reading a stream in pieces, with the state handed on, gives
    the same forecasts as reading it at once. Rows don't know of each other.
    """

    def __init__(self, hidden, dropout):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.GRU(1, hidden, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(hidden, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, values, state=None):
        features, state = self.rnn(values.unsqueeze(2), state)
        change = self.head(self.drop(features)).squeeze(2)
        return values + change, state
