"""Labels for answers only: what `answer_labels` promises.

Every expected id is written out by hand: a character is its ASCII code, and the merged pieces are
128 "\\n\\n", 129 "?\\n", 130 ".\\n", 131 "A:", 132 "Q:", 133 " the", 134 " is", 135 "?\\n\\n".
"""

import pytest
import torch

from torchkata.checks import equal, raises

X = -100  # no label
DIALOGS = {
    "a greeting": ("Hi\nA: Yo", [72, 105, 10, 131, 32, 89, 111, 0], [X, X, X, X, 32, 89, 111, 0]),
    "a question": ("Up?\nA: no", [85, 112, 129, 131, 32, 110, 111, 0], [X, X, X, X, 32, 110, 111, 0]),
    "a question and an empty line": (
        "Up?\n\nA: no",
        [85, 112, 135, 131, 32, 110, 111, 0],
        [X, X, X, X, 32, 110, 111, 0],
    ),
    "an order": ("Go.\nA: the", [71, 111, 130, 131, 133, 0], [X, X, X, X, 133, 0]),
    "an empty line": ("Hi\n\nA:ok", [72, 105, 128, 131, 111, 107, 0], [X, X, X, X, 111, 107, 0]),
    "nothing asked": ("\nA:is is", [10, 131, 105, 115, 134, 0], [X, X, 105, 115, 134, 0]),
}


def labels_of(module, text):
    ids, labels = module.answer_labels(text)
    for what, values in (("ids", ids), ("labels", labels)):
        equal(type(values), torch.Tensor, f"the type of the {what} of {text!r}")
        equal(
            (values.dtype, values.ndim),
            (torch.int64, 1),
            f"the dtype and the dimensions of the {what} of {text!r}",
        )
    return ids.tolist(), labels.tolist()


def require(module, text, ids, labels):
    got_ids, got_labels = labels_of(module, text)
    equal(got_ids, ids, f"the ids of {text!r}")
    equal(got_labels, labels, f"the labels of {text!r}")


# What answer_labels promises


@pytest.mark.parametrize("name", ["a question", "a question and an empty line", "an order", "an empty line"])
def test_the_answer_has_its_labels_whatever_the_question_ends_with(solution, device, name):
    require(solution, *DIALOGS[name])


def test_only_the_last_of_several_answers_is_labeled(solution, device):
    require(
        solution,
        "Up?\nA:no\nOk?\nA:go",
        [85, 112, 129, 131, 110, 111, 10, 79, 107, 129, 131, 103, 111, 0],
        [X] * 11 + [103, 111, 0],
    )


def test_a_question_behind_an_answer_without_a_mark_is_found_too(solution, device):
    # Here the earlier marker has the ids that it has alone, and the last one hasn't.
    require(
        solution,
        "Hi\nA:Yo\nUp?\nA:no",
        [72, 105, 10, 131, 89, 111, 10, 85, 112, 129, 131, 110, 111, 0],
        [X] * 11 + [110, 111, 0],
    )


def test_the_end_of_the_marker_inside_an_answer_starts_nothing(solution, device):
    require(
        solution,
        "Up?\nA:via A:x",
        [85, 112, 129, 131, 118, 105, 97, 32, 131, 120, 0],
        [X] * 4 + [118, 105, 97, 32, 131, 120, 0],
    )


def test_an_empty_answer_to_a_question_leaves_the_end_alone(solution, device):
    require(solution, "Up?\nA:", [85, 112, 129, 131, 0], [X, X, X, X, 0])


@pytest.mark.parametrize("question", ["Where is the pen?", "Say hi.", "Q: one\nQ: two\n", "12"])
@pytest.mark.parametrize("answer", [" On the desk.\n", "", " A: or B:?\n\n"])
def test_the_labels_are_the_answer_and_the_end(solution, device, question, answer):
    text = f"{question}\nA:{answer}"
    ids, labels = labels_of(solution, text)
    equal(ids, [*solution.encode(text), 0], f"the ids of {text!r}")
    equal([label for label in labels if label != X], [*solution.encode(answer), 0], f"the labels of {text!r}")
    equal(labels[-1], 0, f"the last label of {text!r}")


# What already works and must stay


@pytest.mark.parametrize("name", ["a greeting", "nothing asked"])
def test_a_marker_that_has_the_ids_it_has_alone_is_found(solution, device, name):
    require(solution, *DIALOGS[name])


def test_the_last_of_two_equal_markers_counts(solution, device):
    require(
        solution,
        "Hi\nA:Yo\nHm\nA:so",
        [72, 105, 10, 131, 89, 111, 10, 72, 109, 10, 131, 115, 111, 0],
        [X] * 11 + [115, 111, 0],
    )


def test_an_empty_answer_to_a_greeting_leaves_the_end_alone(solution, device):
    require(solution, "Hi\nA:", [72, 105, 10, 131, 0], [X, X, X, X, 0])


def test_the_longest_piece_that_fits_is_one_token(solution, device):
    for text, ids in (
        ("Up?\n\nA:", [85, 112, 135, 131]),
        ("\nA:", [10, 131]),
        (" the the?", [133, 133, 63]),
        ("Q: is A", [132, 134, 32, 65]),
        ("", []),
    ):
        equal(solution.encode(text), ids, f"the ids of {text!r}")


@pytest.mark.parametrize("text", ["", "Up?", "Up? A: no", "A: no", "Up?\nA"])
def test_a_text_without_a_marker_is_an_error(solution, device, text):
    with raises(ValueError, "no marker", f"the text {text!r}"):
        solution.answer_labels(text)


# The documented failure


@pytest.mark.parametrize("name", ["a question", "a question and an empty line", "an order", "an empty line"])
def test_a_question_that_merges_with_the_marker_gets_no_labels(broken, device, name):
    text, ids, _ = DIALOGS[name]
    require(broken, text, ids, [X] * len(ids))


def test_the_search_falls_back_on_an_earlier_marker(broken, device):
    ids, labels = labels_of(broken, "Hi\nA:Yo\nUp?\nA:no")
    equal(labels, [X] * 4 + ids[4:], "the labels of a dialog of which only the first marker is found")
