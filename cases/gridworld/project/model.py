"""Actor and critic on the numbers of cells."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical


def layer(inputs, outputs, gain=2**0.5):
    """A linear layer with orthogonal weights and no bias at the start."""
    linear = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(linear.weight, gain)
    nn.init.zeros_(linear.bias)
    return linear


class ActorCritic(nn.Module):
    """Two networks that share nothing, `actor` and `critic`, each of two linear layers on one-hot cells.

    legal: (cells, moves) bool; a move that isn't legal has probability 0 and gets no gradient
    """

    def __init__(self, legal, hidden):
        super().__init__()
        cells, moves = legal.shape
        self.actor = nn.Sequential(layer(cells, hidden), nn.Tanh(), layer(hidden, moves, gain=0.01))
        self.critic = nn.Sequential(layer(cells, hidden), nn.Tanh(), layer(hidden, 1, gain=1.0))
        # Where the game is over nothing is legal: there all moves count, so that the softmax is defined.
        self.register_buffer("legal", legal | ~legal.any(1, keepdim=True))

    def policy(self, states):
        """The distribution over moves in states (...,)."""
        logits = self.actor(self._one_hot(states))
        lowest = torch.finfo(logits.dtype).min
        return Categorical(logits=logits.masked_fill(~self.legal[states], lowest))

    def value(self, states):
        """Values (...,) of states (...,)."""
        return self.critic(self._one_hot(states)).squeeze(-1)

    @torch.no_grad()
    def act(self, states, generator):
        """Draws moves (n,) in states (n,), and returns them with their log-probabilities (n,)."""
        policy = self.policy(states)
        actions = torch.multinomial(policy.probs, 1, generator=generator).squeeze(1)
        return actions, policy.log_prob(actions)

    def judge(self, states, actions):
        """Log-probabilities of the actions, entropies and values, all (n,), with their graphs."""
        policy = self.policy(states)
        return policy.log_prob(actions), policy.entropy(), self.value(states)

    def _one_hot(self, states):
        return F.one_hot(states, self.legal.shape[0]).to(self.critic[0].weight.dtype)
