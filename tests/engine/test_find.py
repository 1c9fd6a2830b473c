"""`kata find`: what people type or paste leads to a kata; what fits nothing is said so; no cause is shown."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.test_docs_of_cards import examples, seen
from tests.engine.test_loop import Terminal
from torchkata.cli import main
from torchkata.collection import card, programs
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.finding.fields import apis
from torchkata.finding.finder import Finder, NoSearch
from torchkata.finding.question import question
from torchkata.finding.terms import terms, words
from torchkata.learner.line import Line
from torchkata.system.devices import missing_need

REPOSITORY = Tree(Path(__file__).parents[2])
FIRST = 5  # as many as are shown

TRACEBACK = """\
Epoch 1
/home/me/train.py:7: UserWarning: something about a scheduler
Traceback (most recent call last):
  File "/home/me/train.py", line 31, in <module>
    main()
  File "/home/me/train.py", line 27, in main
    scaled_loss(model, batch).backward()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/home/me/.venv/lib/python3.12/site-packages/torch/_tensor.py", line 647, in backward
    torch.autograd.backward(
  File "/home/me/.venv/lib/python3.12/site-packages/torch/autograd/graph.py", line 9, in _engine_run_backward
    return Variable._execution_engine.run_backward(  # Calls into the C++ engine to run the backward pass
RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they
have already been freed). Saved intermediate values of the graph are freed when you call .backward()
"""


@pytest.fixture(scope="module")
def entries():
    return Catalogue(REPOSITORY).entries


@pytest.fixture(scope="module")
def finder(entries):
    return Finder(entries)


@pytest.fixture
def kata(monkeypatch, capsys):
    """Run `kata find` in the repository, or in another tree; its exit status, output and complaints."""

    def run(*words, root=REPOSITORY.root):
        monkeypatch.chdir(root)
        with pytest.raises(SystemExit) as left:
            main.main(["find", *words])
        return left.value.code, *capsys.readouterr()

    return run


def ids(hits):
    return [hit.entry.id for hit in hits]


# Every card is found by what it says itself


def test_its_own_messages_and_its_title_find_every_kata(entries, finder):
    lost = []
    for entry in entries:
        for text in (entry.card.title, *entry.card.messages):
            found = ids(finder.find(question(text), len(entries)))
            # Where more katas raise one message than are shown, nobody can tell them apart by it.
            namesakes = {e.id for e in entries if text in e.card.messages} - {entry.id}
            before = found[: found.index(entry.id)] if entry.id in found else found
            if entry.id not in found or len([i for i in before if i not in namesakes]) >= FIRST:
                lost.append((entry.id, text))
    assert not lost


def test_what_people_say_of_a_kata_nearly_always_finds_it(entries, finder):
    said = [(entry.id, words) for entry in entries for words in entry.card.words]
    lost = [(i, words) for i, words in said if i not in ids(finder.find(question(words), FIRST))]
    assert len(lost) <= len(said) / 20, lost


def test_the_messages_of_a_card_are_raised_or_warned_by_its_broken_program(tmp_path):
    silent = []
    for kata in REPOSITORY.katas():
        read = card.read(kata.card)
        if not read.messages or missing_need(list(read.needs), "cpu"):
            continue
        blocks = examples({"See it": read.sections["See it"]})
        output = "".join(seen(block.code, kata, kata.broken, tmp_path)[0] for block in blocks)
        silent += [f"{kata.id}: {message}" for message in read.messages if message not in output]
    assert not silent


# What is searched


def test_the_name_of_a_pitfall_finds_its_kata_and_is_not_shown(entries, kata):
    entry = next(e for e in entries if e.id == "graph/second_step")
    status, out, _ = kata(entry.card.pitfall.replace("-", " "))
    assert status == 0
    assert entry.id in out
    assert entry.card.pitfall not in out
    status, out, _ = kata("--json", entry.card.pitfall)
    assert entry.id in out
    assert "pitfall" not in out


def test_the_apis_of_a_program_are_read_off_its_syntax_tree(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import torch\nimport torch.nn.functional as F\nfrom torch.optim import SGD as Descent\n"
        "x = F.mse_loss(torch.ones(2), reduction='sum').backward(retain_graph=True)\n"
        "y = torch.nn.Linear(1, 1)\n"
    )
    assert apis(programs.parse(program)) == {
        "torch.nn.functional", "torch.optim.SGD", "torch.nn.functional.mse_loss", "torch.ones", "reduction",
        "backward", "retain_graph", "torch.nn.Linear",
    }  # fmt: skip


@pytest.mark.parametrize("program", [None, "def"])
def test_a_kata_that_is_being_written_keeps_nobody_from_searching(tree, toy, program):
    half = toy.write_kata(tree.root, "toy/half")
    half.broken.write_text(program) if program else half.broken.unlink()
    found = Finder(Catalogue(tree).entries).find(question("values come out wrong"), FIRST)
    assert set(ids(found)) == {"toy/double", "toy/half"}


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("optimizer.zero_grad()", "zero grad optimizer"),
        ("BatchNorm2d", "batchnorm"),
        ("in-place", "inplace"),
        ("in place", "inplace"),
        ("mini-batch", "minibatch"),
        ("the layers are frozen", "freeze layers"),
        ("normalised behaviour", "normalized behavior"),
        ("val acc", "validation accuracy"),
        ("A2C", "a2c"),
        ("bfloat16", "bf16"),
        ("it doesn't", ""),
        ("0.99 then 0.6", ""),
    ],
)
def test_words_that_mean_the_same_are_compared_as_the_same(written, also):
    ours, theirs = ({form for word in words(text) for form in word.forms} for text in (written, also))
    assert theirs <= ours
    assert bool(ours) == bool(also)


def test_words_that_stand_together_are_one_more_term():
    assert terms("the time limit of an episode") == ["time", "limit", "episode", "timelimit", "limitepisode"]


# What is pasted


def test_a_traceback_is_reduced_to_its_error_and_what_it_calls():
    asked = question(TRACEBACK)
    assert asked.error.startswith("RuntimeError: Trying to backward through the graph a second time")
    assert "already been freed" in asked.text
    assert asked.core.endswith("freed)")
    assert asked.names.split() == ["main", "scaled_loss", "backward", "_engine_run_backward"]


@pytest.mark.parametrize(
    "line",
    [
        "RuntimeError: grad can be implicitly created only for scalar outputs",
        "[rank0]: RuntimeError: grad can be implicitly created only for scalar outputs",
        "E       RuntimeError: grad can be implicitly created only for scalar outputs",
        "\x1b[31mRuntimeError\x1b[0m: grad can be implicitly created only for scalar outputs",
        "train.py:3: UserWarning: grad can be implicitly created only for scalar outputs",
        "torch.cuda.OutOfMemoryError: grad can be implicitly created only for scalar outputs",
    ],
)
def test_what_stands_around_a_message_is_left_out(line):
    assert question(f"something\n{line}\n").text == "grad can be implicitly created only for scalar outputs"
    assert question(line).text == "grad can be implicitly created only for scalar outputs"


def test_the_error_counts_and_not_the_warnings_before_it_or_the_error_that_it_came_from():
    first = "ValueError: one\n\nDuring handling of the above exception, another exception occurred:\n\n"
    assert question(f"a.py:1: UserWarning: zero\n{first}KeyError: two\n").text == "two"
    assert question("a.py:1: UserWarning: zero\n  loss = f(x)\n").text == "zero loss = f(x)"
    assert question("x\nKeyboardInterrupt\n").text == "KeyboardInterrupt"


def test_notebooks_mark_the_line_with_an_arrow():
    asked = question("Cell In[3], line 2\n      1 x = 1\n----> 2 F.kl_div(a, b)\n\nRuntimeError: no\n")
    assert asked.names == "F.kl_div"


def test_text_without_an_error_is_searched_as_a_whole():
    asked = question("loss is flat\nand the weights too")
    assert asked.text == asked.core == "loss is flat and the weights too"
    assert not asked.error


def test_a_log_of_any_length_is_searched(finder):
    word = (chr(97 + n % 26) * 2 + chr(97 + n // 26 % 26) * 3 for n in range(3000))
    assert finder.find(question(" ".join(word)), FIRST) == []
    asked = question("step 1: fine\n" * 50_000 + TRACEBACK)
    assert asked.error.startswith("RuntimeError: Trying")


@pytest.mark.parametrize(
    "nasty", ['"', "'", "*", "NEAR(a b)", "title : x", "a OR", "-", "loss^2", "(", "\x00", "é"]
)
def test_no_character_is_an_operator_of_the_search(finder, nasty):
    finder.find(question(nasty), FIRST)
    assert "graph/second_step" in ids(finder.find(question(f"{nasty} backward graph second time"), FIRST))


# The command


def test_place_id_title_common_words_and_the_next_command_are_shown(kata, entries):
    status, out, _ = kata("-n", "2", "retain_graph", "in", "an", "RNN")
    shown = out.splitlines()
    assert status == 0
    assert shown[1].strip() == "graph/long_sequence"
    place = [e.id for e in entries].index("graph/long_sequence") + 1
    assert shown[0].split(maxsplit=1) == [str(place), "Training dies at the second segment"]
    assert shown[2].strip() == "in common: retain_graph, RNN"
    assert shown[-1] == "Open the first: kata watch graph/long_sequence"
    assert sum("in common" in line for line in shown) == 2


def test_a_paste_on_standard_input_says_what_it_was_taken_for():
    for asked in ([], ["-"]):
        done = subprocess.run(
            [sys.executable, "-m", "torchkata", "find", *asked],
            cwd=REPOSITORY.root, input=TRACEBACK, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.startswith("Searched for: RuntimeError: Trying to backward through the graph")
        assert "graph/second_step" in done.stdout


def test_json_is_one_array(kata, entries):
    status, out, _ = kata("--json", "-n", "3", "softmax", "before", "CrossEntropyLoss")
    rows = json.loads(out)
    assert status == 0
    assert len(rows) == 3
    assert rows[0] == {
        "place": [entry.id for entry in entries].index("losses/loss_floor") + 1,
        "id": "losses/loss_floor",
        "title": "The loss will not go below 0.55",
        "state": rows[0]["state"],
        "words": ["softmax", "CrossEntropyLoss"],
        "share": 1.0,
    }


@pytest.mark.parametrize(
    "words",
    [
        "best pizza in naples",
        "git merge conflict",
        "how do I draw a confusion matrix",
        "pip install torch fails on windows",
        "what is it that I should have used",
        "OSError: [Errno 98] Address already in use",
    ],
)
def test_where_nothing_fits_that_is_said(kata, words):
    status, out, _ = kata(words)
    assert status == 1
    assert out.startswith("Nothing fits.")
    assert "kata list" in out
    assert kata("--json", words)[:2] == (1, "[]\n")


def test_mistakes_are_answered_with_what_to_type(kata, monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    assert "kata find WORDS" in kata()[2]
    assert "kata find WORDS" in kata("  ")[2]
    assert "-n takes" in kata("-n", "0", "loss")[2]


def test_without_full_text_search_it_says_what_can_be_done(kata, monkeypatch):
    class Without:
        close = print

        def execute(self, _):
            raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(sqlite3, "connect", lambda _: Without())
    with pytest.raises(NoSearch, match="no such module: fts5"):
        Finder([])
    status, _, err = kata("loss")
    assert status == 2
    assert "Until then: kata list" in err
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    with pytest.raises(NoSearch):
        Finder([])


def test_no_torch_is_imported():
    code = (
        "import sys\nfrom torchkata.cli import main\nsys.argv = ['kata', 'find', 'loss is flat']\n"
        "try:\n    main.main()\nexcept SystemExit:\n    pass\nassert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY.root, check=True, capture_output=True)


# In the loop


def test_the_loop_searches_and_a_number_opens_what_was_found(tree):
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press("v")
        terminal.press("x\x7f")
        terminal.press("alues ")
        terminal.press("q")  # no command, here
        terminal.expect("q")
        terminal.press("\r")
        terminal.expect("  1  Some values come out wrong")
        terminal.expect("in common: values")
        terminal.expect("1 opens it")
        terminal.press("1")
        terminal.expect("Enter skips")
        terminal.press("q")
        terminal.expect("Until next time")


def test_escape_leaves_the_search_and_keys_are_commands_again(tree):
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press("x")
        terminal.press("\x1b")
        terminal.expect("Waiting for a save.")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press("\r")
        terminal.expect("Waiting for a save.")
        terminal.press("q")
        terminal.expect("Until next time")


def test_a_pasted_traceback_is_searched_and_no_line_of_it_is_a_command(tree):
    with Terminal(tree.root) as terminal:
        terminal.expect("Enter skips")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press(
            "\x1b[200~Traceback (most recent call last):\nq\nx\nValueError: values come out wrong\n\x1b[201~"
        )
        terminal.expect("(4 lines)")
        terminal.expect("Searched for: ValueError: values come out wrong")
        terminal.expect("1  Some values come out wrong")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press("pizza margherita\n")  # in one read, as a slow line delivers it
        terminal.expect("Nothing fits.")
        terminal.press("q")
        terminal.expect("Until next time")


def test_a_verdict_that_comes_while_somebody_types_leaves_the_line_as_it_was(tree, toy):
    with Terminal(tree.root, "watch") as terminal:
        terminal.expect("Enter skips")
        terminal.press("/")
        terminal.expect("Esc goes back): ")
        terminal.press("val")
        terminal.expect("val")
        terminal.save("toy/double", toy.program("9 * values"))
        terminal.expect("NOT YET")
        terminal.expect("Esc goes back): val")
        terminal.press("ues\r")
        terminal.expect("1  Some values come out wrong")
        terminal.press("q")
        terminal.expect("Until next time")


def typed(*parts):
    """What a line shows and ends as, if these keys (one character) and pastes (several) arrive."""
    shown, ends = [], []
    line = Line("? ", shown.append, ends.append)
    for part in parts:
        if not (line.key(part) if len(part) == 1 or part[0] == "\x1b" else line.paste(part)):
            break
    return "".join(shown), ends


@pytest.mark.parametrize(
    ("parts", "shown", "ends"),
    [
        ("ab\r", "? ab\n", ["ab"]),
        ("ab\x7f\x7f\x7fc\n", "? ab\b \b\b \bc\n", ["c"]),
        ("ab\x15c\n", "? ab\b \b\b \bc\n", ["c"]),
        ("世\x7f\n", "? 世\b \b\b \b\n", [""]),
        ("a\x1b", "? a\n", [None]),
        ("\x04", "? \n", [None]),
        ("a\x04\n", "? a\n", ["a"]),
        (["a", "pasted", "\r"], "? apasted\n", ["apasted"]),
        (["a", "pasted\n"], "? apasted\n", ["apasted"]),
        (["a", "b\x7f\x1bc\r"], "? ab\b \bc\n", ["ac"]),
        (["one\ntwo"], "? (2 lines)\n", ["one\ntwo"]),
        (["\x1b[A", "a", "\r"], "? a\n", ["a"]),
    ],
)
def test_a_line_can_be_changed_while_it_is_typed(parts, shown, ends):
    assert typed(*parts) == (shown, ends)
