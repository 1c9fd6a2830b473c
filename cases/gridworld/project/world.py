"""A small gridworld whose every policy can be evaluated exactly.

On the board, # is a wall, T a trap, G the goal; what counts is the value of S, a piece of floor. A move into
a wall or off the board leads nowhere and isn't legal, but costs as any other. Trap and goal end the game.
"""

from typing import NamedTuple

import torch

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left
PAYS = {"T": -1.0, "G": 1.0}


class Step(NamedTuple):
    """What one step of all games brought; all of shape (games,).

    rewards:     float32
    next_states: where the steps led to
    terminated:  bool, the game is over
    truncated:   bool, the time limit cut off a game that could have gone on; never together with terminated
    """

    rewards: torch.Tensor
    next_states: torch.Tensor
    terminated: torch.Tensor
    truncated: torch.Tensor


class GridWorld:
    """`games` games side by side on the same board. A game that has ended starts anew on any free cell.

    states: (games,) int64, where the games stand; the world's own tensor, rewritten by every step
    legal:  (cells, 4) bool, the moves that lead to another cell
    chance: (cells, 4, cells) float64, where a move leads to; zero where the game is over
    pays:   (cells, 4) float64, the expected reward of a move; zero where the game is over
    free:   (cells,) bool, floor and start: where a game can stand while it goes on
    start:  the number of the cell marked S
    """

    def __init__(self, layout, slip, step_cost, limit, games, generator):
        self.rows, self.columns = len(layout), len(layout[0])
        self.letters = "".join(layout)
        self.slip, self.step_cost, self.limit, self.generator = slip, step_cost, limit, generator
        self.start = self.letters.index("S")
        self.free = torch.tensor([letter in "S." for letter in self.letters])
        self.over = torch.tensor([letter in PAYS for letter in self.letters])
        self.entry = torch.tensor([PAYS.get(letter, 0.0) for letter in self.letters]) - step_cost
        self.targets = self._targets()
        self.legal = self.targets != torch.arange(len(self.letters)).unsqueeze(1)
        self.chance, self.pays = self._dynamics()
        self.states = self._fresh(games)
        self.clock = torch.zeros(games, dtype=torch.int64)

    def step(self, actions):
        """Moves all games by actions (games,), and resets those that have ended."""
        slipped = torch.rand(len(actions), generator=self.generator) < self.slip
        other = torch.multinomial(self.legal[self.states].float(), 1, generator=self.generator).squeeze(1)
        next_states = self.targets[self.states, torch.where(slipped, other, actions)]
        self.clock += 1
        terminated = self.over[next_states]
        truncated = (self.clock >= self.limit) & ~terminated
        done = terminated | truncated
        self.states.copy_(torch.where(done, self._fresh(len(actions)), next_states))
        self.clock.masked_fill_(done, 0)
        return Step(self.entry[next_states], next_states, terminated, truncated)

    def values(self, policy, gamma):
        """Exact values of all cells, (cells,) float64, under `policy`: (cells, 4) probabilities of moves.

        Solves V = r + gamma P V; the time limit plays no part. Cells where the game is over are worth 0.
        """
        policy = policy.double()
        moves = torch.einsum("sa,sat->st", policy, self.chance)
        pays = (policy * self.pays).sum(1)
        eye = torch.eye(len(pays), dtype=torch.float64)
        return torch.linalg.solve(eye - gamma * moves, pays)

    def best_values(self, gamma, sweeps=200):
        """Values of all cells, (cells,) float64, under the best policy, by value iteration."""
        values = torch.zeros(len(self.letters), dtype=torch.float64)
        for _ in range(sweeps):
            scores = (self.pays + gamma * self.chance @ values).masked_fill(~self.legal, -torch.inf)
            values = torch.where(self.free, scores.amax(1), 0.0)
        return values

    def _fresh(self, games):
        return torch.multinomial(self.free.float(), games, replacement=True, generator=self.generator)

    def _targets(self):
        """The cell that each move leads to, (cells, 4): the cell itself where the move isn't legal."""
        targets = torch.arange(len(self.letters)).repeat(len(MOVES), 1).T.clone()
        for cell in self.free.nonzero().flatten().tolist():
            row, column = divmod(cell, self.columns)
            for move, (down, right) in enumerate(MOVES):
                y, x = row + down, column + right
                if 0 <= y < self.rows and 0 <= x < self.columns and self.letters[y * self.columns + x] != "#":
                    targets[cell, move] = y * self.columns + x
        return targets

    def _dynamics(self):
        chance = torch.zeros(len(self.letters), len(MOVES), len(self.letters), dtype=torch.float64)
        for cell in self.free.nonzero().flatten().tolist():
            ways = self.targets[cell][self.legal[cell]]
            chance[cell, :, ways] = self.slip / len(ways)
            for move in range(len(MOVES)):
                chance[cell, move, self.targets[cell, move]] += 1 - self.slip
        return chance, chance @ self.entry.double()
