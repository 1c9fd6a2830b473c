"""More tokens for a trained model: what `add_tokens` promises.

The model of these tests is a table that is read, and a table that scores: the scores of token t are the
products of its row with all rows of the head. If both are one table, its gradient is the sum of two.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

ROWS = [[1.0, -2.0], [0.5, 0.0], [3.0, 1.0]]
OTHERS = [[0.0, 1.0], [-1.0, 2.5], [4.0, 1.0]]


class Tables(torch.nn.Module):
    def __init__(self, device, rows=ROWS, head=None):
        super().__init__()
        options = {"dtype": torch.float64, "device": device}
        self.embedding = torch.nn.Embedding(3, 2, **options)
        self.head = torch.nn.Linear(2, 3, bias=False, **options)
        with torch.no_grad():
            self.embedding.weight.copy_(torch.tensor(rows))
            self.head.weight.copy_(torch.tensor(rows if head is None else head))
        if head is None:
            self.head.weight = self.embedding.weight

    def forward(self, ids):
        return self.head(self.embedding(ids))


def grown(rows, new):
    return rows + [[sum(column) / len(rows) for column in zip(*rows)]] * new


def one(model):
    return model.head.weight is model.embedding.weight


# What add_tokens promises


@pytest.mark.parametrize("new", [1, 3])
def test_what_was_one_parameter_is_one_afterwards(solution, device, new):
    model = Tables(device)
    solution.add_tokens(model, new)
    equal(one(model), True, "whether head and embedding are one parameter")
    equal(len(list(model.parameters())), 1, "the number of parameters")
    close(model.embedding.weight, grown(ROWS, new), f"the table with {new} tokens more")


def test_the_rest_of_the_model_does_not_matter(solution, device):
    for head, want in ((None, True), (OTHERS, False)):
        model = Tables(device, head=head)
        model.norm = torch.nn.LayerNorm(2, dtype=torch.float64, device=device)
        solution.add_tokens(model, 1)
        equal(one(model), want, "whether head and embedding are one parameter in a model with a norm")
        close(model.head.weight, grown(head or ROWS, 1), "the table that's written in a model with a norm")


def test_reading_and_writing_both_have_their_part_in_the_gradient(solution, device):
    model = Tables(device)
    solution.add_tokens(model, 2)
    (3 * model(torch.tensor([0], device=device))[0, 4]).backward()  # 3 times row 0 times row 4
    rows = grown(ROWS, 2)
    want = [[3 * x for x in rows[4]], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [3 * x for x in rows[0]]]
    close(model.embedding.weight.grad, want, "gradient of the one table")


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_a_step_moves_what_is_read_and_what_is_written_alike(solution, device, rule):
    model = Tables(device)
    solution.add_tokens(model, 1)
    optimizer = getattr(torch.optim, rule)(model.parameters(), lr=0.125)
    model(torch.tensor([3], device=device))[0, :2].sum().backward()
    optimizer.step()
    rows = torch.tensor(grown(ROWS, 1), dtype=torch.float64, device=device)
    slope = torch.stack([rows[3], rows[3], torch.zeros_like(rows[0]), rows[0] + rows[1]])
    want = rows - 0.125 * (slope if rule == "SGD" else slope / (slope.abs() + 1e-8))
    close(model.embedding.weight.detach(), want, f"the table that's read, after a step of {rule}")
    close(model.head.weight.detach(), want, f"the table that's written, after a step of {rule}")


def test_tokens_can_be_added_twice(solution, device):
    model = Tables(device)
    solution.add_tokens(model, 1)
    solution.add_tokens(model, 2)
    equal(one(model), True, "whether head and embedding are one parameter after two calls")
    close(model.head.weight, grown(grown(ROWS, 1), 2), "the table after two calls")


def test_saved_and_loaded_the_model_answers_the_same(solution, device):
    model, other = Tables(device), Tables(device)
    for each in (model, other):
        solution.add_tokens(each, 2)
    ids = torch.tensor([0, 3, 4], device=device)
    model(ids)[:, 1].sum().backward()
    torch.optim.SGD(model.parameters(), lr=0.5).step()
    other.load_state_dict({name: value.clone() for name, value in model.state_dict().items()})
    close(other(ids), model(ids).detach(), "scores of the loaded model")


# What already works and must stay


@pytest.mark.parametrize("rows", [OTHERS, ROWS], ids=["unequal", "equal"])
def test_what_was_two_parameters_is_two_afterwards(solution, device, rows):
    model = Tables(device, head=rows)
    solution.add_tokens(model, 2)
    equal(one(model), False, "whether head and embedding are one parameter")
    close(model.embedding.weight, grown(ROWS, 2), "the table that's read, with 2 tokens more")
    close(model.head.weight, grown(rows, 2), "the table that's written, with 2 tokens more")
    model(torch.tensor([0], device=device))[0, 4].backward()
    close(model.embedding.weight.grad[4], [0.0, 0.0], "gradient of a row that wasn't read")


def test_two_parameters_in_one_memory_are_two_afterwards(solution, device):
    model = Tables(device)
    model.head.weight = torch.nn.Parameter(model.embedding.weight.detach())
    solution.add_tokens(model, 1)
    equal(one(model), False, "whether two parameters with the same memory have become one parameter")
    equal(len(list(model.parameters())), 2, "the number of parameters")
    close(model.head.weight, grown(ROWS, 1), "the table that's written")


def test_old_tokens_have_their_old_scores(solution, device):
    for model in (Tables(device), Tables(device, head=OTHERS)):
        ids = torch.arange(3, device=device)
        before = model(ids).detach()
        solution.add_tokens(model, 2)
        scores = model(ids)
        equal(tuple(scores.shape), (3, 5), "shape of the scores with 2 tokens more")
        close(scores[:, :3].detach(), before, "scores of the old tokens")


def test_the_layers_know_their_new_sizes(solution, device):
    for model in (Tables(device), Tables(device, head=OTHERS)):
        solution.add_tokens(model, 4)
        sizes = model.embedding.num_embeddings, model.head.out_features, model.head.in_features
        equal(sizes, (7, 7, 2), "num_embeddings, out_features and in_features")


@pytest.mark.parametrize("frozen", ["embedding", "head", "both"])
def test_frozen_tables_stay_frozen_and_others_learn(solution, device, frozen):
    model = Tables(device, head=OTHERS)
    for name in ("embedding", "head"):
        getattr(model, name).requires_grad_(frozen not in (name, "both"))
    solution.add_tokens(model, 1)
    for name in ("embedding", "head"):
        weight = getattr(model, name).weight
        equal(type(weight), torch.nn.Parameter, f"the type of the {name}'s weight")
        equal(
            (weight.requires_grad, weight.is_leaf),
            (frozen not in (name, "both"), True),
            f"{name}: learns, is a leaf",
        )


def test_the_dtype_stays(solution, device):
    model = Tables(device).to(torch.float32)
    solution.add_tokens(model, 1)
    equal(model.embedding.weight.dtype, torch.float32, "dtype of the table of a float32 model")


@pytest.mark.parametrize("new", [0, -2])
def test_no_new_tokens_are_an_error(solution, device, new):
    model = Tables(device)
    with raises(ValueError, "one new token", f"adding {new} tokens"):
        solution.add_tokens(model, new)
    close(model.embedding.weight, ROWS, "the table after the error")


# The documented failure


def test_one_table_becomes_two_with_equal_numbers(broken, device):
    model = Tables(device)
    broken.add_tokens(model, 1)
    equal(one(model), False, "whether head and embedding are one parameter")
    close(model.head.weight, grown(ROWS, 1), "the table that's written")
    close(model.embedding.weight, grown(ROWS, 1), "the table that's read")


def test_the_two_tables_part_at_the_first_step(broken, device):
    model = Tables(device)
    broken.add_tokens(model, 2)
    (3 * model(torch.tensor([0], device=device))[0, 4]).backward()
    torch.optim.SGD(model.parameters(), lr=0.125).step()
    rows = grown(ROWS, 2)
    moved = [a - 0.375 * b for a, b in zip(rows[0], rows[4])]
    close(model.embedding.weight.detach(), [moved, *rows[1:]], "the table that's read, after a step")
    moved = [a - 0.375 * b for a, b in zip(rows[4], rows[0])]
    close(model.head.weight.detach(), [*rows[:4], moved], "the table that's written, after a step")
