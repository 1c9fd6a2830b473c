"""How well a model writes: what `writing_accuracy` promises.

The models of these tests know their next token for certain, from the sum of all that they read. So what
they write can be computed with whole numbers, one token after the other.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

VOCABULARY = 10
PROMPTS = [[1, 2], [5], [3, 3, 9], [0]]
ANSWERS = [[4, 8, 2, 5], [6, 0], [], [0, 0, 1, 2, 4]]


def writer(rule, seen=None):
    """A model that follows `rule(sum of what it has read, last token)`. It notes its inputs in `seen`."""

    def model(ids):
        if seen is not None:
            seen.append(ids[0].tolist())
        following = rule(ids.cumsum(dim=1), ids) % VOCABULARY
        return torch.nn.functional.one_hot(following, VOCABULARY).float()

    return model


def adds_up(total, last):
    return total


def counts(total, last):
    return last + 1


def doubles(total, last):
    return 2 * total + last


def text_of(rule, prompt, length):
    row = list(prompt)
    for _ in range(length):
        row.append(rule(sum(row), row[-1]) % VOCABULARY)
    return row


def accuracy(module, model, prompts, answers, device):
    prompts, answers = (
        [torch.tensor(row, dtype=torch.int64, device=device) for row in rows] for rows in (prompts, answers)
    )
    return module.writing_accuracy(model, prompts, answers)


# What writing_accuracy promises


@pytest.mark.parametrize("rule", [adds_up, counts, doubles], ids=lambda rule: rule.__name__)
def test_the_tokens_of_all_answers_are_compared_with_what_is_written(solution, device, rule):
    right = 0
    for prompt, answer in zip(PROMPTS, ANSWERS):
        written = text_of(rule, prompt, len(answer))[len(prompt) :]
        right += sum(a == b for a, b in zip(written, answer))
    got = accuracy(solution, writer(rule), PROMPTS, ANSWERS, device)
    close(got, right / 11, f"share of right tokens of a model that {rule.__name__.replace('_', ' ')}")


def test_a_model_that_is_one_behind_has_nothing_right(solution, device):
    got = accuracy(solution, writer(counts), [[0], [3, 4]], [[2, 3, 4, 5], [6, 7]], device)
    close(got, 0.0, "share of right tokens of a model that counts 1 2 3 where 2 3 4 is right")


def test_a_model_can_be_right_again_after_a_mistake(solution, device):
    # it writes 3, 6, 2, 4, 8
    got = accuracy(solution, writer(adds_up), [[1, 2]], [[3, 5, 2, 4, 9]], device)
    close(got, 3 / 5, "share of right tokens in 3 6 2 4 8 where 3 5 2 4 9 is right")


@pytest.mark.parametrize("rule", [adds_up, doubles], ids=lambda rule: rule.__name__)
def test_what_the_model_reads_does_not_depend_on_the_answer(solution, device, rule):
    inputs = []
    for answer in ([9, 9, 9, 9], [2, 4, 6, 3], text_of(rule, [7, 1], 4)[2:]):
        seen = []
        accuracy(solution, writer(rule, seen), [[7, 1]], [answer], device)
        inputs.append(seen)
    equal(inputs[1:], inputs[:1] * 2, "what the model reads, for three answers to one prompt")


# What already works and must stay


@pytest.mark.parametrize("rule", [adds_up, counts, doubles], ids=lambda rule: rule.__name__)
def test_a_model_that_writes_the_answers_has_everything_right(solution, device, rule):
    answers = [text_of(rule, prompt, length)[len(prompt) :] for prompt, length in zip(PROMPTS, (4, 1, 0, 6))]
    got = accuracy(solution, writer(rule), PROMPTS, answers, device)
    close(got, 1.0, f"share of right tokens of a model that {rule.__name__.replace('_', ' ')}, and should")


def test_answers_of_one_token_are_counted(solution, device):
    got = accuracy(solution, writer(adds_up), [[1, 2], [5], [4, 4], [0]], [[3], [4], [8], [1]], device)
    close(got, 0.5, "share of right tokens in four answers of one token")


def test_nothing_is_recorded_and_the_inputs_stay(solution, device):
    weight = torch.nn.Parameter(torch.ones(1, device=device))
    recorded = []

    def model(ids):
        scores = weight * torch.nn.functional.one_hot(ids, VOCABULARY)
        recorded.append(scores.requires_grad)
        return scores

    prompts, answers = [torch.tensor([1, 2], device=device)], [torch.tensor([2, 2], device=device)]
    close(
        solution.writing_accuracy(model, prompts, answers),
        1.0,
        "share of right tokens of a model that repeats",
    )
    equal(any(recorded), False, "whether a graph of the scores was recorded")
    equal((prompts[0].tolist(), answers[0].tolist()), ([1, 2], [2, 2]), "prompt and answer afterwards")


@pytest.mark.parametrize(
    ("prompts", "answers"),
    [([], []), ([[1]], [[]]), ([[1], [2]], [[1]])],
    ids=["none", "empty", "one_too_few"],
)
def test_missing_answers_are_an_error(solution, device, prompts, answers):
    with raises(
        ValueError, "an answer for each prompt", f"{len(prompts)} prompts and {len(answers)} answers"
    ):
        accuracy(solution, writer(counts), prompts, answers, device)


# The documented failure


def test_the_model_reads_the_answer_while_it_is_examined(broken, device):
    seen = []
    got = accuracy(broken, writer(counts, seen), [[0]], [[2, 3, 4, 5]], device)
    equal(seen, [[0, 2, 3, 4]], "what the model reads")
    close(got, 0.75, "share of right tokens of a model that counts 1 2 3 4 where 2 3 4 5 is right")


def test_each_token_is_judged_behind_the_right_ones(broken, device):
    right = 0
    for prompt, answer in zip(PROMPTS, ANSWERS):
        for place, token in enumerate(answer):
            right += adds_up(sum(prompt) + sum(answer[:place]), 0) % VOCABULARY == token
    got = accuracy(broken, writer(adds_up), PROMPTS, ANSWERS, device)
    close(got, right / 11, "share of right tokens of a model that adds up")
