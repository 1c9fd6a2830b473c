"""Labels for nodes: what `evaluate` and `join` promise.

The loss is for a graph, the accuracy for a node that has a label.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

NEAR = {"rtol": 1e-6, "atol": 1e-6}  # counts may be divided in float32
# For each graph the scores of its nodes, and their labels.
GRAPHS = [
    ([[2.0, -1.0], [-3.0, 1.0], [1.0, 0.5]], [0, 1, 1]),
    ([[0.5, 0.0]], [-1]),
    ([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0], [2.0, 0.0], [-1.0, 4.0]], [-1, 0, -1, 1, 1]),
    ([[4.0, 1.0], [1.0, 3.0]], [1, -1]),
    ([[0.0, 5.0], [1.0, 0.0], [0.0, 1.0], [3.0, 2.0]], [1, 0, 1, 0]),
]


class Model:
    """Passes scores on, and notes whether a graph was being recorded."""

    def __init__(self):
        self.factor = torch.ones((), requires_grad=True)
        self.sizes, self.graphs = [], []

    def __call__(self, features):
        scores = features * self.factor.to(features)
        self.sizes.append(len(features))
        self.graphs.append(scores.requires_grad)
        return scores


def graphs_of(device, which=range(5)):
    return [
        (
            torch.tensor(GRAPHS[i][0], dtype=torch.float64, device=device),
            torch.tensor(GRAPHS[i][1], device=device),
        )
        for i in which
    ]


def by_hand(which=range(5)):
    nodes = [(s, label) for i in which for s, label in zip(*GRAPHS[i]) if label >= 0]
    loss = sum(math.log(sum(math.exp(x) for x in s)) - s[label] for s, label in nodes)
    hits = sum(s[label] == max(s) for s, label in nodes)
    return [loss / len(which), hits / len(nodes)]


# What evaluate promises


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4, 5, 9])
def test_both_averages_are_over_the_whole_set(solution, device, batch_size):
    got = solution.evaluate(Model(), graphs_of(device), batch_size)
    close(
        list(got), by_hand(), f"loss of a graph and accuracy of a node, {batch_size} graphs at a time", **NEAR
    )


@pytest.mark.parametrize("which", [[0], [2], [3], [0, 1], [1, 3, 4], [1, 0, 1, 1, 1, 1], [4, 4, 0, 2]])
def test_any_set_has_its_own_averages(solution, device, which):
    got = solution.evaluate(Model(), graphs_of(device, which), 2)
    close(
        list(got), by_hand(which), f"loss of a graph and accuracy of a node, for the graphs {which}", **NEAR
    )


def test_a_perfect_model_has_accuracy_1(solution, device):
    for sizes in ([1], [7], [2, 5, 1]):
        labels = [torch.arange(size, device=device) % 2 for size in sizes]
        graphs = [(10 * torch.nn.functional.one_hot(y, 2).double(), y) for y in labels]
        close(
            solution.evaluate(Model(), graphs, 2)[1],
            1.0,
            f"the accuracy on graphs with {sizes} nodes",
            **NEAR,
        )


# What already works and must stay


def test_the_loss_is_that_of_a_graph(solution, device):
    for batch_size in (1, 3):
        loss, _ = solution.evaluate(Model(), graphs_of(device), batch_size)
        close(loss, by_hand()[0], f"the loss of a graph, {batch_size} at a time", **NEAR)


def test_one_labeled_node_per_graph_is_a_hit_or_a_miss(solution, device):
    graphs = [
        (torch.tensor([[1.0, 0.0]], dtype=torch.float64, device=device), torch.tensor([y], device=device))
        for y in (0, 1, 0, 0)
    ]
    close(solution.evaluate(Model(), graphs, 3)[1], 0.75, "the accuracy on four graphs of one node", **NEAR)


def test_graphs_are_joined_in_order(solution, device):
    features, labels = solution.join(graphs_of(device, [3, 1]))
    close(features, [[4.0, 1.0], [1.0, 3.0], [0.5, 0.0]], "the features of two graphs")
    equal(labels.tolist(), [1, -1, -1], "the labels of two graphs")


def test_nothing_is_recorded(solution, device):
    model = Model()
    solution.evaluate(model, graphs_of(device), 2)
    equal(any(model.graphs), False, "whether a graph was recorded for a backward pass")


def test_a_set_without_labels_is_refused(solution, device):
    for which in ([], [1], [1, 1]):
        with raises(ValueError, "no node", f"the graphs {which}"):
            solution.evaluate(Model(), graphs_of(device, which), 2)


# The documented failure


def test_the_accuracy_is_hits_for_each_graph(broken, device):
    _, accuracy = broken.evaluate(Model(), graphs_of(device, [0, 4]), 2)
    # all labels but one are hit: two in the first graph, four in the second
    close(accuracy, 3.0, "the accuracy, where it should be 6/7", **NEAR)
    _, accuracy = broken.evaluate(Model(), graphs_of(device, [1, 3, 3, 0]), 2)
    close(accuracy, 0.5, "the accuracy on another set, where it should be 2/5", **NEAR)
