"""Dialogs as ids: what `encode`, `training_ids` and `prompt_ids` promise.

What is expected is written out with the ids of single characters; 1 is BOS and 2 is EOS.
"""

import pytest
import torch

from torchkata.checks import equal

HISTORY = [("Up?", "no"), (" so so ", "\tok\n"), ("", "hm")]
QUESTIONS = ["Why?", "say hi", "too soon?", "s", "<>", " s> ", ""]


def text(words):
    return [ord(character) for character in words]


def tokens_of(ids, what):
    equal(type(ids), torch.Tensor, f"the type of {what}")
    equal((ids.dtype, ids.ndim), (torch.int64, 1), f"dtype and dimensions of {what}")
    return ids.tolist()


# What prompt_ids promises


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_first_question_begins_once(solution, device, question):
    ids = tokens_of(solution.prompt_ids([], question), f"the prompt {question!r}")
    equal(ids, [1, *text(question.strip()), *text("\nA: ")], f"the ids of the prompt {question!r}")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_exchange_before_the_question_begins_once(solution, device, question):
    ids = tokens_of(solution.prompt_ids(HISTORY[:2], question), f"the prompt {question!r}")
    want = [
        1,
        *text("Up?\nA: no"),
        2,
        1,
        *text("so so\nA: ok"),
        2,
        1,
        *text(question.strip()),
        *text("\nA: "),
    ]
    equal(ids, want, f"the ids of the prompt {question!r} after two exchanges")


@pytest.mark.parametrize("answer", ["yes", "", " s\n"])
@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_prompt_is_the_beginning_of_what_training_sees(solution, device, length, answer):
    for question in QUESTIONS:
        exchanges = HISTORY[:length]
        prompt = solution.prompt_ids(exchanges, question).tolist()
        whole = solution.training_ids([*exchanges, (question, answer)]).tolist()
        what = f"{question!r}, {answer!r} after {length} exchanges"
        equal(prompt, whole[: len(prompt)], f"the prompt, beside as much of training: {what}")
        equal(
            whole[len(prompt) :], [*text(answer.strip()), 2], f"what training has behind the prompt: {what}"
        )


# What already works and must stay


def test_in_training_every_exchange_begins_and_ends_once(solution, device):
    ids = tokens_of(solution.training_ids(HISTORY), "a dialog for training")
    want = [1, *text("Up?\nA: no"), 2, 1, *text("so so\nA: ok"), 2, 1, *text("\nA: hm"), 2]
    equal(ids, want, "the ids of a dialog of three exchanges")
    equal(
        tokens_of(solution.training_ids([]), "an empty dialog"), [], "the ids of a dialog without exchanges"
    )


def test_the_tokenizer_adds_one_token_unless_told_otherwise(solution, device):
    for words in ("Up?", "", "s", "<s>Up?</s>", "</s><s>"):
        pieces = words.replace("<s>", "\x01").replace("</s>", "\x02")
        equal(solution.encode(words), [1, *text(pieces)], f"the ids of {words!r}")
        bare = solution.encode(words, add_special_tokens=False)
        equal(bare, text(pieces), f"the ids of {words!r} without special tokens")


def test_a_prompt_leaves_the_exchanges_alone(solution, device):
    exchanges = list(HISTORY)
    solution.prompt_ids(exchanges, "Why?")
    equal(exchanges, HISTORY, "the exchanges after a prompt was made")


# The documented failure


@pytest.mark.parametrize("length", [0, 1, 3])
def test_the_prompt_begins_twice(broken, device, length):
    prompt = broken.prompt_ids(HISTORY[:length], "Why?").tolist()
    before = [[1, *text("Up?\nA: no"), 2], [1, *text("so so\nA: ok"), 2], [1, *text("\nA: hm"), 2]]
    history = [token for exchange in before[:length] for token in exchange]
    seen = broken.training_ids([*HISTORY[:length], ("Why?", "x")]).tolist()
    equal(seen, [*history, 1, *text("Why?\nA: x"), 2], f"'Why?' in training after {length} exchanges")
    want = [1, *history, 1, *text("Why?\nA: ")]
    equal(prompt, want, f"the prompt 'Why?' after {length} exchanges")
