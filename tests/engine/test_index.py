"""The two pages made from the cards: what stands in them, and that a change is noticed."""

from pathlib import Path

import pytest

from torchkata.cli import main
from torchkata.collection import index
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def kata(tree, monkeypatch, capsys):
    """Run `kata index` with these options in the miniature tree; its exit status and what it said."""
    monkeypatch.chdir(tree.root)

    def run(*options):
        with pytest.raises(SystemExit) as left:
            main.main(["index", *options])
        return left.value.code, capsys.readouterr().out

    return run


def page(tree, name):
    return (tree.root / "katas" / name).read_text()


def test_learners_find_symptoms_in_the_order_of_learning_and_no_cause(tree, toy, kata):
    first = toy.write_kata(tree.root, "bag/later")
    first.card.write_text(toy.card.replace("minutes = 1", 'minutes = 1\nafter = ["toy/double"]'))
    kata()
    text = page(tree, "README.md")
    assert "2 katas." in text
    assert "## toy\n\n| | What one sees |" in text
    row = "| {} | Some values come out wrong | [{}]({}.md) | 1 | silent | 1 |"
    ours, theirs = row.format(1, *["toy/double"] * 2), row.format(2, *["bag/later"] * 2)
    assert text.index(ours) < text.index(theirs)
    assert "adds-instead" not in text


def test_the_order_of_learning_is_drawn(tree, toy, kata):
    for name, needs in (("graph/later", '"toy/double"'), ("graph/last", '"graph/later", "toy/double"')):
        card = toy.write_kata(tree.root, name).card
        card.write_text(toy.card.replace("minutes = 1", f"minutes = 1\nafter = [{needs}]"))
    kata()
    whole, of_one = (part.partition("```")[0] for part in page(tree, "README.md").split("```mermaid\n")[1:])
    assert whole.split("\n") == [
        "flowchart LR",
        '    t_toy["toy, 1"]',
        '    t_graph["graph, 2"]',
        "    t_toy --> t_graph",
        "",
    ]
    assert of_one.split("\n") == [
        "flowchart LR",
        '    k1(["1 toy/double"])',
        '    k2["2 later"]',
        '    k3["3 last"]',
        "    k1 --> k2",
        "    k2 --> k3",
        "    k1 --> k3",
        "",
    ]


def test_an_error_message_and_what_people_say_lead_to_katas(tree, toy, kata):
    said = 'minutes = 1\nmessages = ["it | broke", "a `call` broke"]\nwords = ["it broke"]'
    for name in ("toy/double", "bag/later"):
        toy.write_kata(tree.root, name).card.write_text(toy.card.replace("minutes = 1", said))
    kata()
    text = page(tree, "README.md").partition("## By error message")[2]
    messages = text.split("## By what people say")[0]
    both = "[bag/later](bag/later.md), [toy/double](toy/double.md)"
    rows = ["| It raises or warns | Katas |", "| --- | --- |"]
    assert messages.split("\n") == [
        "", "", *rows, f"| `` a `call` broke `` | {both} |", f"| `it \\| broke` | {both} |", "", "",
    ]  # fmt: skip
    assert "### What people say: bag\n\n| Words | Katas |\n| --- | --- |\n| `it broke` | [bag/later]" in text
    assert "### What people say: toy\n\n| Words | Katas |\n| --- | --- |\n| `it broke` | [toy/double]" in text
    assert "adds-instead" not in text


def test_those_who_teach_find_pitfalls_with_their_rule_and_twin(tree, toy, kata):
    other = toy.write_kata(tree.root, "bag/later")
    other.card.write_text(
        toy.card.replace("adds-instead", "zzz").replace("minutes = 1", 'minutes = 1\ntwin = "toy/double"')
    )
    kata()
    rows = [line for line in page(tree, "PITFALLS.md").splitlines() if line.startswith("| `")]
    assert rows == [
        "| `adds-instead` | [toy/double](toy/double.md) | Doubling multiplies. |  |",
        "| `zzz` | [bag/later](bag/later.md) | Doubling multiplies. | [toy/double](toy/double.md) |",
    ]


def test_a_known_track_is_introduced(tree, toy, kata):
    toy.write_kata(tree.root, "basics/first")
    kata()
    assert f"## basics\n\n{index.TRACKS['basics']}\n\n| |" in page(tree, "README.md")


def test_a_bar_or_a_second_line_does_not_break_the_table(tree, toy, kata):
    card = tree.kata("toy/double").card
    card.write_text(
        toy.card.replace("Some values come", "|x| comes").replace(
            "Doubling multiplies.", "Doubling |x|\nmultiplies."
        )
    )
    kata()
    assert "| 1 | \\|x\\| comes out wrong | [toy" in page(tree, "README.md")
    assert "| Doubling \\|x\\| multiplies. |" in page(tree, "PITFALLS.md")


def test_both_pages_say_what_they_were_made_by(tree, kata):
    kata()
    for name in ("README.md", "PITFALLS.md"):
        assert page(tree, name).startswith("<!-- Made by `kata index` from the cards.")


def test_the_command_writes_what_is_out_of_date_and_names_it(kata):
    assert kata() == (0, "written: katas/README.md\nwritten: katas/PITFALLS.md\n")
    assert kata() == (0, "")


def test_a_check_is_content_after_writing(kata):
    kata()
    assert kata("--check") == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Some values", "A few values", ["README.md"]),
        ("Doubling multiplies", "Doubling is no adding", ["PITFALLS.md"]),
        ("adds-instead", "adds-one", ["PITFALLS.md"]),
        ("level = 1", "level = 2", ["README.md"]),
        ("Three comes out", "Three came out", []),
    ],
)
def test_a_check_notices_what_changed_in_a_card_and_writes_nothing(tree, kata, old, new, changed):
    kata()
    card = tree.kata("toy/double").card
    card.write_text(card.read_text().replace(old, new))
    before = [page(tree, name) for name in ("README.md", "PITFALLS.md")]
    status, said = kata("--check")
    assert status == (1 if changed else 0)
    expected = "".join(f"out of date: katas/{name}\n" for name in changed)
    assert said == expected + ("Write them anew: kata index\n" if changed else "")
    assert [page(tree, name) for name in ("README.md", "PITFALLS.md")] == before


def test_a_check_notices_a_new_kata_a_lost_page_and_an_edited_one(tree, toy, kata):
    kata()
    (tree.root / "katas" / "README.md").unlink()
    (tree.root / "katas" / "PITFALLS.md").write_text("by hand")
    assert kata("--check")[0] == 1
    kata()
    toy.write_kata(tree.root, "bag/later")
    assert kata("--check")[0] == 1


def test_this_repositorys_pages_are_up_to_date():
    stale = index.stale(Catalogue(Tree(REPOSITORY)))
    assert [str(file.relative_to(REPOSITORY)) for file in stale] == [], "write them anew: kata index"
