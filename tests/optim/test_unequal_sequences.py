"""Accumulation over sequences of unequal length: what `train_step` promises.

However the batch is cut and padded, the step is that of the mean over its tokens, and only one piece is in
memory at a time.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import weakref
from math import log

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

PAD = -100
# Pairs (token, target) of a text in four sequences of 1, 3, 2 and 2 tokens. The tokens are 0 and 1.
SEQUENCES = [[(0, 0)], [(0, 1), (0, 1), (1, 1)], [(0, 1), (1, 0)], [(1, 0), (1, 0)]]
# Every way to cut a row of four sequences into pieces.
PARTITIONS = [[4], [3, 1], [1, 3], [2, 2], [2, 1, 1], [1, 2, 1], [1, 1, 2], [1, 1, 1, 1]]
# After token 0 the table gives target 1 a probability of 3/4, after token 1 one of 1/8.
TABLE = [[0.0, log(3)], [log(7), 0.0]]
CONFIG = {"sequences": SEQUENCES, "table": TABLE, "sizes": [1, 3]}
CLAIM = "the gradient of the step is that of the mean over all tokens"
ORACLE = "closed form (counts after each token) * probability - (counts of each target), over all tokens"


def problem(device, lr=0.5, decay=0.0):
    """A table of logits for the next token, by the token before."""
    model = torch.nn.Embedding(2, 2, dtype=torch.float64, device=device)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(TABLE, dtype=torch.float64))
    return model, torch.optim.SGD(model.parameters(), lr=lr, weight_decay=decay)


def padded(sequences, device, extra=0):
    """(tokens, targets) of these sequences, padded to the longest and by `extra` positions more."""
    length = max(len(sequence) for sequence in sequences) + extra
    tokens = torch.zeros(len(sequences), length, dtype=torch.int64, device=device)
    targets = torch.full((len(sequences), length), PAD, dtype=torch.int64, device=device)
    for i, sequence in enumerate(sequences):
        for j, (token, target) in enumerate(sequence):
            tokens[i, j], targets[i, j] = token, target
    return tokens, targets


def cut(sizes, device, sequences=SEQUENCES, extra=0):
    pieces, start = [], 0
    for size in sizes:
        pieces.append(padded(sequences[start : start + size], device, extra))
        start += size
    return pieces


def by_hand(sequences=SEQUENCES):
    """The mean loss of all pairs at TABLE, and its gradient: probability, less 1 at the target."""
    pairs = [pair for sequence in sequences for pair in sequence]
    chance = [[1 / 4, 3 / 4], [7 / 8, 1 / 8]]
    slope = [[0.0, 0.0], [0.0, 0.0]]
    for token, target in pairs:
        for k in (0, 1):
            slope[token][k] += (chance[token][k] - (k == target)) / len(pairs)
    return -sum(log(chance[token][target]) for token, target in pairs) / len(pairs), slope


def gradients_at_steps(model, optimizer):
    """A list that receives the gradient of the table whenever the optimizer has stepped."""
    seen = []

    def look(*_):
        gradient = model.weight.grad
        seen.append(None if gradient is None else gradient.detach().clone())

    optimizer.register_step_post_hook(look)
    return seen


def one_step(module, pieces, device, situation):
    """The loss, the gradient with which the optimizer stepped, and the table after it."""
    model, optimizer = problem(device)
    seen = gradients_at_steps(model, optimizer)
    loss = module.train_step(model, optimizer, pieces)
    equal(len(seen), 1, f"the number of optimizer steps {situation}")
    return loss, seen[0], model.weight.detach()


def report_for(module, sizes, device):
    """The gradient of one step next to two independent ones."""
    situation = f"for micro-batches of {sizes} sequences"
    _, gradient, table = one_step(module, cut(sizes, device), device, situation)
    tokens, targets = padded(SEQUENCES, device)
    tokens, targets = tokens[targets != PAD], targets[targets != PAD]

    def objective(at):
        return -at[tokens].log_softmax(-1)[torch.arange(len(targets), device=device), targets].mean()

    start = torch.tensor(TABLE, dtype=torch.float64, device=device)
    analytic = torch.tensor(by_hand()[1], dtype=torch.float64, device=device)
    numeric = gradients.central_difference(objective, start)
    what = f"the gradient of the step {situation}"
    return gradients.compare(gradient, analytic=analytic, numeric=numeric, what=what), table


# What train_step promises


def test_one_short_and_three_long_sequences_give_the_gradient_of_the_whole(solution, device, evidence):
    report, table = report_for(solution, [1, 3], device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"table": table})
    report.require()


def test_no_way_to_cut_the_batch_changes_the_step(solution, device):
    for sizes in PARTITIONS:
        situation = f"for micro-batches of {sizes} sequences"
        _, gradient, _ = one_step(solution, cut(sizes, device), device, situation)
        close(gradient, by_hand()[1], f"the gradient of the step {situation}")


def test_no_way_to_cut_the_batch_changes_the_loss(solution, device):
    for sizes in PARTITIONS:
        situation = f"for micro-batches of {sizes} sequences"
        loss, _, _ = one_step(solution, cut(sizes, device), device, situation)
        close(loss, by_hand()[0], f"the loss {situation}")


def test_more_padding_changes_nothing(solution, device):
    pieces = [*cut([1], device, extra=4), *cut([2, 1], device, SEQUENCES[1:])]
    loss, gradient, _ = one_step(solution, pieces, device, "with 4 positions of padding in the first piece")
    wanted_loss, wanted = by_hand()
    close(loss, wanted_loss, "the loss with 4 positions of padding in the first piece")
    close(gradient, wanted, "the gradient of the step with 4 positions of padding in the first piece")


def test_an_ignored_prompt_does_not_count(solution, device):
    first, second = cut([2, 2], device)
    first[1][1, :2] = PAD  # of the second sequence, only the last token counts
    answers = [SEQUENCES[0], SEQUENCES[1][2:], *SEQUENCES[2:]]
    loss, gradient, _ = one_step(solution, [first, second], device, "with an ignored prompt")
    close(loss, by_hand(answers)[0], "the loss with an ignored prompt")
    close(gradient, by_hand(answers)[1], "the gradient of the step with an ignored prompt")


def test_the_parameters_move_as_the_optimizer_says(solution, device):
    model, optimizer = problem(device, lr=0.25, decay=2.0)
    solution.train_step(model, optimizer, cut([1, 3], device))
    _, slope = by_hand()
    wanted = [[w - 0.25 * (g + 2 * w) for w, g in zip(*rows)] for rows in zip(TABLE, slope)]
    close(model.weight, wanted, "the table after a step with decay, for micro-batches of [1, 3] sequences")


# What already works and must stay


def test_a_batch_in_one_piece_gives_its_own_gradient(solution, device):
    report, _ = report_for(solution, [4], device)
    report.require()


def test_pieces_with_equally_many_tokens_give_the_gradient_of_the_whole(solution, device):
    loss, gradient, _ = one_step(solution, cut([2, 2], device), device, "for two pieces of 4 tokens")
    close(loss, by_hand()[0], "the loss for two pieces of 4 tokens")
    close(gradient, by_hand()[1], "the gradient of the step for two pieces of 4 tokens")


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model, optimizer = problem(device)
    model.weight.grad = torch.full_like(model.weight, 100.0)
    seen = gradients_at_steps(model, optimizer)
    solution.train_step(model, optimizer, cut([4], device))
    equal(len(seen), 1, "the number of optimizer steps after a stale gradient")
    close(seen[0], by_hand()[1], "the gradient of the step after a stale one")


def test_one_micro_batch_is_in_memory_at_a_time(solution, device):
    layers = [
        torch.nn.Embedding(2, 2, dtype=torch.float64, device=device),
        torch.nn.Linear(2, 2, dtype=torch.float64, device=device),
    ]
    model = torch.nn.Sequential(*layers)
    sizes, waiting, hidden = [], [], []  # `hidden`: weak references to tensors that only a graph holds

    def begin(_, args):
        sizes.append(len(args[0]))
        waiting.append(sum(tensor() is not None for tensor in hidden))

    model.register_forward_pre_hook(begin)
    layers[0].register_forward_hook(lambda _, args, output: hidden.append(weakref.ref(output)))
    solution.train_step(model, torch.optim.SGD(model.parameters(), lr=0.5), cut([1, 2, 1], device))
    equal(max(sizes, default=0), 2, "the most sequences in one forward pass, for micro-batches of [1, 2, 1]")
    equal(max(waiting, default=0), 0, "the most graphs still in memory when a forward pass begins")


@pytest.mark.parametrize("case", ["none", "one_of_padding"])
def test_missing_tokens_are_refused_and_change_nothing(solution, device, case):
    model, optimizer = problem(device, decay=1.0)
    pieces = [] if case == "none" else cut([2, 2], device)
    for _, targets in pieces[1:]:
        targets.fill_(PAD)
    with raises(ValueError, "micro-batch", f"micro-batches: {case}"):
        solution.train_step(model, optimizer, pieces)
    close(model.weight, TABLE, f"the table after micro-batches: {case}")


# The documented failure

# Once 0, three times 1, and all of it after token 0: a table with 3/4 for target 1 cannot be improved.
KNOWN = [[(0, 0)], [(0, 1), (0, 1), (0, 1)]]


def test_a_model_that_is_already_right_is_pulled_away(broken, device, evidence):
    report, table = report_for(broken, [1, 3], device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"table": table})
    _, gradient, _ = one_step(broken, cut([1, 1], device, KNOWN), device, "for a short and a long sequence")
    # the slope for target 1 is 3/4 in the short sequence and -1/4 in the long one; their mean is 1/4, where
    # the mean over the four tokens is (3/4 - 3 · 1/4) / 4 = 0
    close(gradient, [[-1 / 4, 1 / 4], [0.0, 0.0]], "the gradient of the step, where 0 was promised")


def test_the_short_sequence_counts_as_much_as_the_long_one(broken, device):
    loss, _, _ = one_step(broken, cut([1, 1], device, KNOWN), device, "for a short and a long sequence")
    # ln 4 for the one token, ln 4/3 for each of the three
    close(loss, (log(4) + log(4 / 3)) / 2, "the loss, where (ln 4 + 3 ln 4/3) / 4 was promised")


def test_each_micro_batch_has_one_vote(broken, device):
    loss, gradient, _ = one_step(broken, cut([1, 3], device), device, "for micro-batches of [1, 3] sequences")
    # 1 and 7 tokens
    losses, slopes = zip(by_hand(SEQUENCES[:1]), by_hand(SEQUENCES[1:]))
    close(loss, sum(losses) / 2, "the loss, where the mean over 8 tokens was promised")
    wanted = [[(a + b) / 2 for a, b in zip(*rows)] for rows in zip(*slopes)]
    close(gradient, wanted, "the gradient of the step, where the mean over 8 tokens was promised")
