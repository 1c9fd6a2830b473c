"""Cards are read whole or refused: every message names the file, the place and the remedy."""

import pytest

from torchkata.collection import card
from torchkata.collection.card import BEFORE_SOLVED, HEADINGS, CardError


@pytest.fixture
def file(tree):
    """The miniature kata's card, to be rewritten."""
    return tree.kata("toy/double").card


@pytest.fixture
def refused(file, toy):
    """What the reader says about the miniature card with one text replaced by another."""

    def message(old: str, new: str) -> str:
        assert toy.card.count(old) == 1, "the text to replace must occur once"
        file.write_text(toy.card.replace(old, new))
        with pytest.raises(CardError) as caught:
            card.read(file)
        said = str(caught.value)
        assert said.startswith(f"{file}: ")
        return said.removeprefix(f"{file}: ")

    return message


def test_a_card_is_its_fields_and_its_sections(file):
    read = card.read(file)
    assert (read.id, read.track, read.title) == ("toy/double", "toy", "Some values come out wrong")
    assert (read.pitfall, read.kind, read.level, read.minutes) == ("adds-instead", "silent", 1, 1)
    assert read.sources == ("https://example.org/incident",)
    assert (read.after, read.twin, read.alike, read.needs, read.given) == ((), None, (), (), False)
    assert tuple(read.sections) == HEADINGS
    assert read.sections["Symptom"] == "Three comes out as four."
    assert read.hints == [
        "What is three plus one?",
        "Print `values + 1` beside `2 * values`.",
        "(a) add more, or (b) multiply?",
    ]
    assert read.answer == "B"


def test_optional_fields_are_read_as_well(file, toy):
    more = 'after = ["a/b"]\ntwin = "a/c"\nalike = ["a/d", "a/e"]\nneeds = ["cuda"]\ngiven = true\nminutes ='
    file.write_text(toy.card.replace("minutes =", more))
    read = card.read(file)
    assert (read.after, read.twin, read.alike) == (("a/b",), "a/c", ("a/d", "a/e"))
    assert (read.needs, read.given) == (("cuda",), True)


def test_what_is_read_before_a_kata_is_solved_ends_with_the_task():
    assert BEFORE_SOLVED == ("Symptom", "See it", "Predict", "Task")


def test_a_heading_inside_a_fence_is_code(file, toy):
    file.write_text(toy.card.replace("tensor([4.])", "## Predict\n\n+++\n\ntensor([4.])"))
    assert "## Predict\n\n+++" in card.read(file).sections["See it"]


def test_a_deeper_heading_belongs_to_its_section(file, toy):
    file.write_text(toy.card.replace("Three comes out", "### Seen\n\nThree comes out"))
    assert card.read(file).sections["Symptom"] == "### Seen\n\nThree comes out as four."


def test_a_file_that_is_not_there_is_refused(tree):
    absent = tree.kata("toy/absent").card
    with pytest.raises(CardError, match=r"absent\.md: cannot be read: .*No such file"):
        card.read(absent)


def test_a_file_that_is_no_text_is_refused(file):
    file.write_bytes(b"+++\n\xff\n+++\n")
    with pytest.raises(CardError, match=r"double\.md: cannot be read: 'utf-8' codec"):
        card.read(file)


@pytest.mark.parametrize("text", ["", "# A title\n", "+++\ntitle = 'no end'\n", "before\n+++\n+++\n"])
def test_a_card_without_its_two_lines_is_refused(file, text):
    file.write_text(text)
    with pytest.raises(CardError, match=r"double\.md: a card begins with TOML between two \+\+\+ lines"):
        card.read(file)


def test_toml_that_does_not_parse_is_refused_with_its_line_in_the_file(refused):
    said = refused("level = 1", "level = one")  # the fifth line of the file
    assert said.startswith("between the +++ lines: ")
    assert "line 5" in said


@pytest.mark.parametrize("field", card.REQUIRED)
def test_a_missing_field_is_named(file, toy, field):
    lines = [line for line in toy.card.splitlines() if not line.startswith(f"{field} =")]
    file.write_text("\n".join(lines))
    with pytest.raises(CardError, match=rf"double\.md: {field} is missing between the \+\+\+ lines"):
        card.read(file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "silent"', "kind = 3", "kind must be str, not 3"),
        ("level = 1", 'level = "1"', "level must be int, not '1'"),
        ("level = 1", "level = true", "level must be int, not True"),
        ("minutes = 1", "minutes = 1.5", "minutes must be int, not 1.5"),
        ("minutes = 1", 'minutes = 1\nneeds = "cuda"', "needs must be list, not 'cuda'"),
        ("minutes = 1", "minutes = 1\ngiven = 1", "given must be bool, not 1"),
        ("minutes = 1", "minutes = 1\nafter = [1]", "after must be a list of strings, not [1]"),
    ],
)
def test_a_field_of_the_wrong_type_is_named_with_its_value(refused, old, new, said):
    assert refused(old, new) == said


def test_an_unknown_field_is_named_beside_the_known_ones(refused):
    said = refused("minutes = 1", "minutes = 1\nminute = 1")
    assert said.startswith("unknown field 'minute'; known are title, pitfall, ")


def test_a_missing_heading_is_named_with_the_order(refused):
    said = refused("## Task\n", "Task\n")
    assert said.startswith("missing: Task; the headings are, in this order: Symptom, See it, ")


def test_an_unknown_heading_is_named(refused):
    assert refused("## Task", "## Tasks").startswith("missing: Task; unknown: Tasks; the headings are")
    assert refused("## Task", "## Aside\n\n## Task").startswith("unknown: Aside; the headings are")


def test_headings_out_of_order_are_refused(refused, toy):
    why, rule = (
        "## Why\n" + toy.card.split("## Why\n")[1].split("## Rule")[0],
        "## Rule\n\nDoubling multiplies.\n\n",
    )
    assert refused(why + rule, rule + why).startswith("headings out of order; the headings are")


def test_a_heading_that_stands_there_twice_is_named(refused):
    assert refused("## Task", "## Symptom\n\n## Task") == "the heading 'Symptom' stands there twice"


def test_a_text_before_the_first_heading_is_quoted(refused):
    assert refused("## Symptom", "Hello.\n\n## Symptom") == "text before the first heading: 'Hello.'"


def test_a_fence_that_is_never_closed_is_named_by_its_heading(refused):
    said = refused("tensor([2.])\n```", "tensor([2.])")
    assert said == "a ``` fence under 'What if' is never closed"


def test_the_fields_alone_can_be_had_without_the_rest(file, toy):
    file.write_text(toy.card.partition("## Symptom")[0])
    assert card.read_meta(file)["title"] == "Some values come out wrong"
