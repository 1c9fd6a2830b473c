"""The static contract: every rule is broken once and named with its file; and nobody waits for torch."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.collection.lint import lint

REPOSITORY = Path(__file__).parents[2]
CARD, BROKEN, FIXED = "katas/toy/double.md", "broken/toy/double.py", "fixed/toy/double.py"
TEST, VARIANTS = "tests/toy/test_double.py", "tests/toy/double"
RIGHT, WRONG = f"{VARIANTS}/right_sum.py", f"{VARIANTS}/wrong_triple.py"


def edit(path, *changes):
    """Replace texts in one file of the miniature tree."""

    def change(root):
        text = (root / path).read_text()
        for old, new in zip(changes[::2], changes[1::2]):
            assert old in text, "else nothing would change"
            text = text.replace(old, new)
        (root / path).write_text(text)

    return change


def write(path, text):
    def change(root):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    return change


def remove(*paths):
    return lambda root: [(root / path).unlink() for path in paths]


def section(heading, text):
    """Replace what stands under one heading of the card."""

    def change(root):
        head, _, rest = (root / CARD).read_text().partition(f"## {heading}\n")
        after = rest.partition("\n## ")
        (root / CARD).write_text(f"{head}## {heading}\n\n{text}\n{after[1]}{after[2]}")

    return change


def test_the_miniature_kata_keeps_the_contract(tree):
    assert lint(tree) == []


# rule → (how to break it, the file, what is said)
RULES = {
    # Files and names
    "no card": (remove(CARD), CARD, "is missing; `kata new toy/double`"),
    "no broken": (remove(BROKEN), BROKEN, "is missing; `kata new toy/double`"),
    "no fixed": (remove(FIXED), FIXED, "is missing; `kata new toy/double`"),
    "no test": (remove(TEST), TEST, "is missing; `kata new toy/double`"),
    "no card that can be read": (write(CARD, "no card"), CARD, "a card begins with TOML between two +++"),
    # The card
    "kind": (edit(CARD, '"silent"', '"quiet"'), CARD, "kind is 'quiet'; it is one of loud, warns, silent"),
    "messages": (
        edit(CARD, '"silent"', '"loud"'),
        CARD,
        "kind is loud: messages must quote the stable part of what it raises or warns",
    ),
    "stiff words": (section("Task", "Mend it."), CARD, "Task says 'Mend': write it the way you'd say it"),
    "level": (edit(CARD, "level = 1", "level = 4"), CARD, "level is 4; it is 1, 2 or 3"),
    "no minutes": (edit(CARD, "minutes = 1", "minutes = 0"), CARD, "minutes is 0; "),
    "many minutes": (edit(CARD, "minutes = 1", "minutes = 16"), CARD, "minutes is 16; "),
    "needs": (
        edit(CARD, "minutes = 1", 'minutes = 1\nneeds = ["tpu"]'),
        CARD,
        "needs names 'tpu'; known are cpu, cuda, fork",
    ),
    "no sources": (edit(CARD, '["https://example.org/incident"]', "[]"), CARD, "sources must name at least"),
    "no URL": (edit(CARD, "https://example.org/incident", "a friend"), CARD, "sources must name at least"),
    "slug": (edit(CARD, "adds-instead", "Adds_Instead"), CARD, "pitfall is 'Adds_Instead'; it is a slug"),
    "giveaway id": (edit(CARD, "adds-instead", "double"), CARD, "the id must not give the pitfall away"),
    "empty section": (section("Task", ""), CARD, "Task is empty"),
    "template": (section("Task", "TODO: a task."), CARD, "Task still holds the template's TODO"),
    "See it without code": (
        edit(CARD, "```python\nprint(double(torch.tensor([3.", "```\n(3."),
        CARD,
        "See it",
    ),
    "See it without output": (
        edit(CARD, "```text\ntensor([4.])", "```\n4"),
        CARD,
        "See it needs a ```python",
    ),
    "What if without code": (section("What if", "Nothing."), CARD, "What if needs a ```python block"),
    "options": (edit(CARD, "- D. six\n", ""), CARD, "Predict needs the options `- A. …` to `- D. …`"),
    "long option": (
        edit(CARD, "- D. six\n", f"- D. {'six ' * 20}\n"),
        CARD,
        "the options under Predict should be alike in length; they have [3, 3, 3, 79] characters",
    ),
    "no answer": (edit(CARD, "B. You may", "You may"), CARD, "Why must begin with the answer to Predict"),
    "silent options": (
        edit(CARD, "(A: no. C: no. D: no.)", "(C: no.)"),
        CARD,
        "Why says nothing about the wrong option A and D; write `(A: …)`",
    ),
    # The programs
    "broken without purpose": (edit(BROKEN, '"""Double values."""', ""), BROKEN, "needs a module docstring"),
    "fixed without purpose": (edit(FIXED, '"""Double values."""', ""), FIXED, "needs a module docstring"),
    "no promise": (
        edit(BROKEN, '"""Twice the values.', '_ = """Twice the values.'),
        BROKEN,
        "`double` needs a docstring: shapes, dtypes, units, errors",
    ),
    "no function": (edit(BROKEN, "def double", "def _double"), BROKEN, "defines no public function"),
    "other functions": (
        edit(FIXED, "def double(values)", "def double(values, more=None)"),
        FIXED,
        "must have the public functions of broken/, with the same signatures",
    ),
    "other promise": (edit(FIXED, "any shape", "some shape"), FIXED, "must have the docstrings of broken/"),
    "no difference": (edit(FIXED, "2 * values  # twice, not one more", "values + 1"), FIXED, "in 0 lines;"),
    "many differences": (
        edit(FIXED, "    return", "    # why\n" * 12 + "    return"),
        FIXED,
        "differs from broken/ in 13 lines; it should be 1 to 12",
    ),
    "long": (
        edit(BROKEN, "import torch\n", "import torch\n" + "\n" * 60),
        BROKEN,
        "has 74 lines; 60 at most",
    ),
    "hint": (
        edit(BROKEN, "values + 1", "values + 1  # the bug"),
        BROKEN,
        "says 'bug': nothing in it may hint",
    ),
    "other import": (
        edit(BROKEN, "import torch", "import numpy.linalg\nimport torch"),
        BROKEN,
        "imports numpy;",
    ),
    "other import from": (
        edit(BROKEN, "import torch", "from rich import box\nimport torch"),
        BROKEN,
        "imports rich;",
    ),
    "no Python": (edit(BROKEN, "def double", "def double("), BROKEN, "does not parse: "),
    "no text": (write(FIXED, b"\xff"), FIXED, "does not parse: 'utf-8' codec can't decode"),
    # The other fixes
    "one right": (remove(RIGHT), VARIANTS, "has 1 right_*.py; there should be two at least"),
    "one wrong": (remove(WRONG), VARIANTS, "has 1 wrong_*.py; there should be two at least"),
    "no explanation": (
        edit(WRONG, '"""Three times is once too often."""', ""),
        WRONG,
        "needs a docstring: what this fix does, and for a wrong one why it is wrong",
    ),
    "other parameters": (
        edit(RIGHT, "def double(values)", "def double(tensor)"),
        RIGHT,
        "must define double with the parameters of broken/",
    ),
    # The tests
    "both fixtures": (
        edit(TEST, "twice(solution, device)", "twice(solution, broken, device)"),
        TEST,
        "test_every_value_comes_out_twice must ask for exactly one of `broken` and `solution`",
    ),
    "no fixture": (
        edit(TEST, "twice(solution, device)", "twice(device)"),
        TEST,
        "test_every_value_comes_out_twice must ask for exactly one of `broken` and `solution`",
    ),
    "no device": (
        edit(TEST, "twice(solution, device)", "twice(solution)"),
        TEST,
        "test_every_value_comes_out_twice must ask for `device`",
    ),
    "no sentence": (
        edit(TEST, "test_every_value_comes_out_twice", "test_double_twice"),
        TEST,
        "test_double_twice should be a sentence",
    ),
    "no failure test": (edit(TEST, "(broken, device)", "(solution, device)"), TEST, "has no failure test"),
    "no guard": (
        edit(TEST, "twice(solution,", "twice(broken,", "two(solution,", "two(broken,"),
        TEST,
        "needs two correction tests at least",
    ),
    "test without promise": (edit(TEST, '"""What `double` promises."""', ""), TEST, "needs a docstring"),
    "float64": (edit(TEST, "pytestmark = pytest.mark.float64", ""), TEST, "uses float64, which mps lacks"),
    "assert_close": (edit(TEST, "# What", "torch.testing.assert_close\n# What"), TEST, "uses assert_close;"),
    "allclose": (edit(TEST, "# What", "torch.allclose\n# What"), TEST, "uses allclose;"),
    "source text": (edit(TEST, "# What", "inspect.getsource\n# What"), TEST, "uses inspect.getsource;"),
    # What only shows in the whole
    "unknown after": (
        edit(CARD, "minutes = 1", 'minutes = 1\nafter = ["toy/gone"]'),
        CARD,
        "after names toy/gone, which no card has",
    ),
    "unknown twin": (
        edit(CARD, "minutes = 1", 'minutes = 1\ntwin = "toy/gone"'),
        CARD,
        "names toy/gone, which no card has",
    ),
    "unknown look-alike": (
        edit(CARD, "minutes = 1", 'minutes = 1\nalike = ["toy/gone"]'),
        CARD,
        "names toy/gone, which no card has",
    ),
    # Files of no kata
    "stray in broken": (write("broken/toy/notes.txt", ""), "broken/toy/notes.txt", "belongs to no kata"),
    "stray in fixed": (write("fixed/toy/notes.txt", ""), "fixed/toy/notes.txt", "belongs to no kata"),
    "stray copy": (write("katas/toy/other.py", ""), "katas/toy/other.py", "belongs to no kata"),
    "stray test": (write("tests/toy/test_other.py", ""), "tests/toy/test_other.py", "belongs to no kata"),
    "stray helper": (write("tests/toy/helper.py", ""), "tests/toy/helper.py", "belongs to no kata"),
    "stray fix": (
        write("tests/toy/other/right_a.py", ""),
        "tests/toy/other/right_a.py",
        "belongs to no kata",
    ),
    "unnamed fix": (write(f"{VARIANTS}/sum.py", ""), f"{VARIANTS}/sum.py", "belongs to no kata"),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_named_with_its_file(tree, rule):
    spoil, file, said = RULES[rule]
    spoil(tree.root)
    problems = lint(tree)
    assert any(problem.startswith(f"{file}: ") and said in problem for problem in problems), problems
    assert len(set(problems)) == len(problems)


@pytest.mark.parametrize("kata_id", ["Toy/double", "toy/double_Up", "toy/class-room"])
def test_an_id_that_is_no_import_path_is_named(tree, toy, kata_id):
    toy.write_kata(tree.root, kata_id)
    odd = next(part for part in kata_id.split("/") if not part.isidentifier() or not part.islower())
    assert any(
        problem.startswith(f"katas/{kata_id}.md: {odd!r} must be a lower-case Python identifier")
        for problem in lint(tree)
    )


def test_levels_rise_and_twins_name_each_other(tree, toy):
    other, first = toy.write_kata(tree.root, "toy/other"), tree.kata("toy/double")
    first.card.write_text(toy.card.replace("level = 1", 'level = 2\ntwin = "toy/other"'))
    other.card.write_text(
        toy.card.replace("adds-instead", "zzz").replace("minutes = 1", 'minutes = 1\nafter = ["toy/double"]')
    )
    assert lint(tree) == [
        "katas/toy/double.md: its twin toy/other does not name it back",
        "katas/toy/other.md: level 1 is below that of toy/double, which it comes after",
    ]


def test_a_circle_is_named(tree, toy):
    other = toy.write_kata(tree.root, "toy/other")
    for kata, after in ((other, "toy/double"), (tree.kata("toy/double"), "toy/other")):
        kata.card.write_text(toy.card.replace("minutes = 1", f'minutes = 1\nafter = ["{after}"]'))
    assert "these katas come after one another in a circle: toy/double, toy/other" in lint(tree)


def test_a_card_that_cannot_be_read_is_no_unknown_kata_to_those_that_name_it(tree, toy):
    other = toy.write_kata(tree.root, "toy/other")
    named = 'minutes = 1\nafter = ["toy/double"]\nalike = ["toy/double"]'
    other.card.write_text(toy.card.replace("minutes = 1", named))
    tree.kata("toy/double").card.write_text("no card")
    assert lint(tree) == [f"{CARD}: a card begins with TOML between two +++ lines"]


def test_a_pitfall_has_one_kata(tree, toy):
    toy.write_kata(tree.root, "toy/other")
    assert lint(tree) == ["the pitfall adds-instead is the subject of 2 katas; one each"]


def test_the_answers_vary_over_a_collection(tree, toy):
    for n in range(7):
        kata = toy.write_kata(tree.root, f"toy/more_{'abcdefg'[n]}")
        kata.card.write_text(toy.card.replace("adds-instead", f"slug-{n}"))
    assert lint(tree) == ["Predict: 8 of 8 answers are B; vary the letters"]


def test_comments_that_all_stand_at_the_bug_are_evidence(tree, toy):
    broken = tree.kata("toy/double").broken
    text = broken.read_text()
    broken.write_text(text.replace("return values + 1", "return values + 1  # one more"))
    (said,) = lint(tree)
    assert said.startswith("in 1 of 1 broken programs with comments, every comment stands at the bug")
    assert said.endswith("toy/double")
    innocent = text.replace("import torch", "import torch  # for its tensors")
    broken.write_text(innocent.replace("return values + 1", "return values + 1  # one more"))
    tree.kata("toy/double").fixed.write_text(innocent.replace("values + 1", "2 * values"))
    assert lint(tree) == []


def test_only_the_katas_asked_for_are_looked_at(tree, toy):
    write("broken/toy/other.py", "")(tree.root)
    assert lint(tree, {"toy/double"}) == []
    assert (
        lint(tree, {"toy/other"})[0]
        == "katas/toy/other.md: is missing; `kata new toy/other` writes a template of it"
    )


def test_a_learners_copy_and_compiled_files_are_no_strays(tree):
    write("katas/toy/double.py", "")(tree.root)
    for folder in ("broken/toy", "tests/toy", VARIANTS):
        write(f"{folder}/__pycache__/double.cpython-311.pyc", "")(tree.root)
    assert lint(tree) == []


def test_a_fresh_template_lacks_only_what_its_author_must_write(kata_command, tree):
    assert kata_command("new", "toy/fresh").returncode == 0
    problems = lint(tree, {"toy/fresh"})
    assert problems
    assert all("TODO" in p or "sources" in p or "slug" in p or "hint at the bug" in p for p in problems)


# Who reads does not wait for torch


@pytest.fixture(scope="module")
def without_torch(tmp_path_factory):
    """Run Python where the name of torch leads to a module that ends the process, and says why."""
    folder = tmp_path_factory.mktemp("no_torch")
    (folder / "torch.py").write_text("raise SystemExit('torch was imported')\n")

    def run(root, *args):
        path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, *args],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


READING = {
    "list": ["list"],
    "show": ["show", "toy/double"],
    "hint": ["hint", "toy/double"],
    "lint": ["lint"],
    "index": ["index", "--check"],
    "a mistake": ["show", "toy/nothing"],
}


@pytest.mark.parametrize("command", READING)
def test_reading_imports_no_torch_and_takes_less_than_a_third_of_a_second(tree, without_torch, command):
    """The whole process, the best of five; in processor time, since wall time measures the neighbours."""
    taken = []
    while len(taken) < 5 and min(taken, default=1) > 1 / 3:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = without_torch(tree.root, "-m", "torchkata", *READING[command])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert "torch was imported" not in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout or command == "a mistake"
    assert min(taken) < 1 / 3


@pytest.mark.parametrize("command", ["list", "lint"])
def test_the_whole_repository_is_read_without_torch_too(without_torch, command):
    done = without_torch(REPOSITORY, "-m", "torchkata", command)
    assert "graph/second_step" in done.stdout or "keep the contract" in done.stdout
    assert "torch was imported" not in done.stderr


def test_what_does_import_torch_would_be_seen(tree, without_torch):
    """Else the tests above could not fail: a command, a module of ours, and an import in a try."""
    proving = without_torch(tree.root, "-m", "torchkata", "prove", "--device", "auto")
    comparing = without_torch(tree.root, "-c", "import torchkata.checks")
    trying = without_torch(tree.root, "-c", "try:\n    import torch\nexcept Exception:\n    pass")
    for done in (proving, comparing, trying):
        assert (done.returncode, done.stderr.strip()) == (1, "torch was imported")
