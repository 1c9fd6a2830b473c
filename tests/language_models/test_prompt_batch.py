"""Writing in a batch: what `continue_prompts` promises.

The model of these tests knows one next token for certain: it adds up what it reads, its own token twice,
and its position. So every continuation can be computed with whole numbers, one prompt at a time.
"""

import pytest
import torch

from torchkata.checks import equal, raises

VOCABULARY = 10
PROMPTS = [[5], [1, 2, 3, 4], [7, 0], [2, 2, 9]]


def reader(calls=None):
    """The model. It notes the arguments of each call in `calls`."""

    def model(ids, positions, mask):
        if calls is not None:
            calls.append((ids.clone(), positions.clone(), mask.clone()))
        read = (ids * mask).cumsum(dim=1)
        following = (read + ids + positions) % VOCABULARY
        return torch.nn.functional.one_hot(following, VOCABULARY).float()

    return model


def alone(prompt, steps):
    """The continuation of one prompt without a batch."""
    row = list(prompt)
    for _ in range(steps):
        row.append((sum(row) + row[-1] + len(row) - 1) % VOCABULARY)
    return row[len(prompt) :]


def written(module, prompts, steps, device, pad=0, calls=None):
    rows = [torch.tensor(prompt, device=device) for prompt in prompts]
    tokens = module.continue_prompts(reader(calls), rows, pad, steps)
    equal(
        (tokens.dtype, tuple(tokens.shape)),
        (torch.int64, (len(prompts), steps)),
        f"dtype and shape for {prompts}",
    )
    return tokens.tolist()


# What continue_prompts promises


@pytest.mark.parametrize("pad", [0, 3, 9])
def test_a_prompt_goes_on_in_a_batch_as_it_does_alone(solution, device, pad):
    want = [alone(prompt, 5) for prompt in PROMPTS]
    equal(written(solution, PROMPTS, 5, device, pad), want, f"what is written in a batch padded with {pad}")


def test_the_other_prompts_do_not_matter(solution, device):
    for others in ([[1, 2]], [[8] * 7], [[4, 4, 4], [6]], [[3]]):
        got = written(solution, [*others, [7, 1]], 4, device)[-1]
        equal(got, alone([7, 1], 4), f"what is written after 7 1 in a batch with {others}")


def test_the_first_new_token_is_read_at_the_end_of_the_prompt(solution, device):
    want = [alone(prompt, 1) for prompt in PROMPTS]
    equal(written(solution, PROMPTS, 1, device), want, "the first new token of each prompt")


def test_real_tokens_have_the_positions_from_zero_on(solution, device):
    calls = []
    written(solution, PROMPTS, 3, device, calls=calls)
    for step, (_, positions, mask) in enumerate(calls):
        got = [row[real].tolist() for row, real in zip(positions, mask)]
        want = [list(range(len(prompt) + step)) for prompt in PROMPTS]
        equal(got, want, f"the positions of the real tokens in step {step + 1}")
        equal(positions.min().item() >= 0, True, f"whether no position is negative in step {step + 1}")


# What already works and must stay


def test_prompts_of_one_length_need_no_padding(solution, device):
    prompts = [[1, 2, 3], [9, 0, 4]]
    want = [alone(prompt, 6) for prompt in prompts]
    equal(written(solution, prompts, 6, device), want, "what is written after prompts of three tokens each")
    equal(written(solution, [[5]], 6, device), [alone([5], 6)], "what is written after one prompt alone")


def test_the_model_is_called_once_for_each_step(solution, device):
    calls = []
    written(solution, [[1, 2], [3, 4], [5, 6]], 4, device, calls=calls)
    equal([len(ids) for ids, _, _ in calls], [3, 3, 3, 3], "the number of prompts in each call of the model")
    for ids, positions, mask in calls:
        equal(
            (ids.dtype, positions.dtype, mask.dtype),
            (torch.int64, torch.int64, torch.bool),
            "the dtypes of a call",
        )


def test_nothing_is_recorded_for_a_backward_pass(solution, device):
    weight = torch.nn.Parameter(torch.ones(1, device=device))
    recorded = []

    def model(ids, positions, mask):
        scores = weight * reader()(ids, positions, mask)
        recorded.append(scores.requires_grad)
        return scores

    solution.continue_prompts(model, [torch.tensor([1, 2], device=device)], 0, 2)
    equal(recorded, [False, False], "whether a graph of the scores was recorded, in two steps")


def test_no_steps_write_nothing(solution, device):
    equal(written(solution, PROMPTS, 0, device), [[], [], [], []], "what is written in 0 steps")


def test_the_prompts_stay_as_they_were(solution, device):
    rows = [torch.tensor(prompt, device=device) for prompt in PROMPTS]
    solution.continue_prompts(reader(), rows, 0, 2)
    equal([row.tolist() for row in rows], PROMPTS, "the prompts after two steps")


@pytest.mark.parametrize("prompts", [[], [[1], []]], ids=["none", "one_empty"])
def test_missing_prompts_are_an_error(solution, device, prompts):
    rows = [torch.tensor(prompt, dtype=torch.int64, device=device) for prompt in prompts]
    with raises(ValueError, "no prompts", f"the prompts {prompts}"):
        solution.continue_prompts(reader(), rows, 0, 2)


# The documented failure


def test_the_first_new_token_is_read_at_the_padding(broken, device):
    want = []
    for prompt in PROMPTS:
        padded = [*prompt, *[3] * (4 - len(prompt))]  # only its own token counts where nothing real is
        want.append([(sum(prompt) + padded[-1] + len(prompt) - 1) % VOCABULARY])
    equal(written(broken, PROMPTS, 1, device, pad=3), want, "the first new tokens of a batch padded with 3")


def test_only_the_longest_prompt_is_continued_well(broken, device):
    got, want = written(broken, PROMPTS, 5, device, pad=3), [alone(prompt, 5) for prompt in PROMPTS]
    equal(
        [a == b for a, b in zip(got, want)],
        [False, True, False, False],
        "which prompts go on as they do alone",
    )
