"""The `kata` command as people and scripts meet it: exit statuses, JSON, and what it must not show yet."""

import json
import os
import re
import subprocess
import sys

import pytest

from torchkata.cli.commands import HEADINGS
from torchkata.cli.main import STATUSES, main, parser

SOLVED, RED, MISTAKE, UNAVAILABLE = 0, 1, 2, 3
CAUSE = "adds-instead"  # the pitfall's slug, which gives the answer away


@pytest.fixture
def kata(tree, kata_command, monkeypatch, capsys):
    """Run `kata` and return what it says, however the lines were broken. Nobody ever sees a traceback."""
    monkeypatch.chdir(tree.root)

    def run(*args, expect=SOLVED, **environment):
        if not args or args[0] == "check":  # these start a worker, and get a process of their own
            done = kata_command(*args, **environment)
            status, out, err = done.returncode, done.stdout, done.stderr
        else:
            with pytest.raises(SystemExit) as end:
                main(args)
            status, (out, err) = end.value.code, capsys.readouterr()
        assert "Traceback" not in out + err
        assert status == expect, out + err
        return " ".join((err if expect == MISTAKE else out).split())

    return run


@pytest.fixture
def copy(tree):
    return tree.kata("toy/double").copy


# Verdicts


def test_the_json_of_a_check_has_these_fields_and_its_status_says_solved(kata_command, tree):
    # By the slug of the pitfall, which is as good as the id.
    done = kata_command("check", CAUSE, "--solution", "fixed/toy/double.py", "--json")
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (SOLVED, 1, "")
    found = json.loads(done.stdout)
    assert set(found) == {
        "schema", "kata", "verdict", "wrong_fix", "device", "torch", "python", "seconds", "tests",
        "message", "line", "output",
    }  # fmt: skip
    assert (found["schema"], found["kata"]) == ("kata-verdict/1", "toy/double")
    assert (found["verdict"], found["wrong_fix"], found["device"]) == ("solved", None, "cpu")
    assert found["torch"][0].isdigit()
    assert found["python"] == sys.version.split()[0]
    assert 0 < found["seconds"] < 60
    first, *_, last = found["tests"]
    assert first == {
        "name": "test_every_value_comes_out_twice[cpu]",
        "sentence": "every value comes out twice",
        "group": "correction",
        "outcome": "passed",
        "message": "",
        "line": None,
    }
    assert (last["group"], last["outcome"]) == ("failure", "failed")
    # A file from elsewhere is nobody's progress.
    assert not (tree.private / "history.jsonl").exists()


def test_from_a_wrong_fix_over_corrupt_files_to_the_solution(kata, tree, copy, toy):
    kata("start", "toy/double")
    copy.write_text(toy.program("3 * values"))
    said = kata("check", "toy/double", expect=RED)
    assert "WRONG FIX" in said
    assert "Three times is once too often." in said
    assert CAUSE not in said

    (cache,) = (tree.private / "cache").glob("*.json")
    cache.write_text('{"wrong_square": 3, "wrong_triple": []}')
    with (tree.private / "history.jsonl").open("ab") as history:
        history.write(b"\xff\x00\n[]\n{")
    found = json.loads(kata("check", "toy/double", "--json", expect=RED))
    assert (found["verdict"], found["wrong_fix"]) == ("wrong_fix", "wrong_triple")
    assert found["message"] == "Three times is once too often."

    copy.write_text(toy.program("values + values"))
    assert kata("check", "toy/double").startswith("SOLVED toy/double")
    assert CAUSE in kata("list")
    assert "Doubling multiplies." in kata("show", "toy/double")
    assert "twice, not one more" in kata("diff", "toy/double")


def test_a_kata_that_this_machine_cannot_run_is_unavailable_not_wrong(kata, tree):
    card = tree.kata("toy/double").card
    card.write_text(card.read_text().replace("level = 1", 'level = 1\nneeds = ["cuda"]'))
    found = json.loads(
        kata("check", CAUSE, "--solution", "broken/toy/double.py", "--json", expect=UNAVAILABLE)
    )
    assert found["verdict"] == "unavailable"
    assert found["message"] == "toy/double needs --device cuda"
    assert "cuda" in kata("list")


def test_without_a_terminal_the_current_kata_is_checked_once_and_the_status_is_0(kata, copy, tree):
    said = kata()
    assert copy.read_bytes() == tree.kata("toy/double").broken.read_bytes()
    assert "UNTOUCHED toy/double" in said
    assert "kata hint toy/double" in said


def test_without_a_terminal_and_with_everything_solved_it_says_so(kata, tree):
    tree.private.mkdir()
    event = {"schema": "kata-history/1", "kata": "toy/double", "event": "verdict", "verdict": "solved"}
    (tree.private / "history.jsonl").write_text(json.dumps(event) + "\n")
    assert "All katas are solved" in kata()


def test_a_device_that_is_not_there_is_a_mistake_never_a_skip(kata, copy):
    kata("start", "toy/double")
    said = kata("check", "toy/double", "--device", "cuda", expect=MISTAKE, CUDA_VISIBLE_DEVICES="")
    assert said.startswith("kata: this machine has no cuda device that torch can use (found: cpu)")


# Mistakes in the call


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["check", "toy/dubble"], "there is no kata 'toy/dubble'; did you mean toy/double?"),
        (["show", "doubel"], "there is no kata 'doubel'; did you mean toy/double?"),
        (["start", "add-instead"], "did you mean toy/double?"),
        (["hint", "zzzzzz"], "there is no kata 'zzzzzz'; `kata list` shows them all."),
        (["lint", "toy/dubble"], "there is no kata 'toy/dubble'"),
        (["check", "toy/double"], "toy/double is not started; begin with: kata start toy/double"),
        (["check", "toy/double", "--solution", "nowhere.py"], "nowhere.py cannot be read (No such file"),
        (["check", "toy/double", "--solution", "fixed"], "fixed cannot be read (Is a directory)"),
        (["check", "toy/double", "--device", "tpu"], "choose cpu, cuda, mps or lazy"),
        (["check", "toy/double", "--timeout", "0"], "--timeout takes a number of seconds up to 3600, not 0"),
        (["check", "toy/double", "--timeout", "nan"], "--timeout takes a number of seconds up to 3600"),
        (["check", "toy/double", "--timeout", "inf"], "--timeout takes a number of seconds up to 3600"),
        (["check", "toy/double", "--solution", "/dev/zero"], "/dev/zero cannot be read (not a file)"),
        (["chek", "toy/double"], "there is no command 'chek'; did you mean: kata check?"),
        (["import", "nowhere.zip"], "nowhere.zip is no file that `kata export` wrote"),
        (["history", "toy/double", "3"], "toy/double has 0 kept versions"),
        (["diff", "toy/double"], "toy/double isn't solved yet"),
        (["list", "--track", "toys"], "there is no track 'toys'; tracks are toy"),
        (["prove", "--device", "tpu"], "unknown device 'tpu'"),
        (["evidence"], "evidence.jsonl does not exist; write it with: pytest --evidence evidence.jsonl"),
        (["restore", "toy/double", "1"], "toy/double has 0 kept versions"),
    ],
)
def test_a_mistake_has_status_2_and_says_what_to_type_instead(kata, args, said):
    assert said in kata(*args, expect=MISTAKE)


def test_where_no_katas_are_every_command_says_where_to_go(tmp_path):
    for args in ([], ["list"], ["check", "a/b"], ["new", "a/b"], ["prove"], ["index"]):
        done = subprocess.run(
            [sys.executable, "-m", "torchkata", *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == MISTAKE
        assert done.stderr.startswith("kata: no katas here: go to a folder that holds katas/")
    assert list(tmp_path.iterdir()) == []


def test_a_card_that_cannot_be_read_is_named(kata, tree):
    tree.kata("toy/double").card.write_text("+++\nlevel = \n+++\n")
    assert "double.md: between the +++ lines" in kata("list", expect=MISTAKE)


# What may be seen, and when


def test_the_list_as_json_is_for_machines(kata):
    assert json.loads(kata("list", "--json")) == [
        {
            "id": "toy/double",
            "track": "toy",
            "title": "Some values come out wrong",
            "pitfall": CAUSE,
            "level": 1,
            "kind": "silent",
            "minutes": 1,
            "needs": [],
            "sources": ["https://example.org/incident"],
            "state": "new",
        }
    ]


def test_the_list_names_no_pitfall_before_its_kata_is_solved(kata):
    assert "toy/double" in kata("list")
    assert CAUSE not in kata("list")
    assert CAUSE in kata("list", "--pitfalls")


def test_a_card_is_shown_down_to_its_task_until_the_kata_is_solved(kata):
    said = kata("show", "toy/double")
    assert "Make double keep its promise." in said
    for later in ("Hint", "You may think", "Doubling multiplies", CAUSE, "example.org"):
        assert later not in said
    assert "Doubling multiplies." in kata("show", "toy/double", "--anyway")


def test_hints_come_one_by_one_and_then_all_again(kata):
    assert "Hint 1 of 3" in kata("hint", "toy/double")
    second = kata("hint", CAUSE)
    assert "Hint 2 of 3" in second
    assert "What is three plus one?" not in second
    assert "(a) add more, or (b) multiply?" in kata("hint", "toy/double")
    for _ in range(2):
        said = kata("hint", "toy/double")
        assert said.index("three plus one") < said.index("multiply")
        assert "kata diff toy/double --anyway" in said


def test_the_difference_can_be_had_anyway(kata):
    said = kata("diff", "toy/double", "--anyway")
    assert "- return values + 1" in said
    assert "+ return 2 * values" in said


# The learner's file


def test_start_writes_the_broken_program_and_never_over_a_file(kata, copy, tree):
    assert "katas/toy/double.py" in kata("start", "toy/double")
    assert copy.read_bytes() == tree.kata("toy/double").broken.read_bytes()
    copy.write_text("mine\n")
    kata("start", "toy/double")
    assert copy.read_text() == "mine\n"


def test_a_kata_that_is_given_starts_from_the_fixed_program(kata, copy, tree):
    card = tree.kata("toy/double").card
    card.write_text(card.read_text().replace("level = 1", "level = 1\ngiven = true"))
    kata("start", "toy/double")
    assert copy.read_bytes() == tree.kata("toy/double").fixed.read_bytes()


def test_reset_keeps_what_was_there_and_says_where(kata, copy, tree):
    copy.write_bytes(b"mine\r\n\xff")
    said = kata("reset", "toy/double")
    assert copy.read_bytes() == tree.kata("toy/double").broken.read_bytes()
    kept = tree.root / said.partition("What you had is in ")[2].rstrip(".")
    assert kept.read_bytes() == b"mine\r\n\xff"
    assert "mine" not in kata("history", "toy/double")
    kata("restore", "toy/double", "1")
    assert copy.read_bytes() == b"mine\r\n\xff"


# Authors


def test_new_writes_a_kata_and_lint_names_what_is_missing(kata, tree):
    written = kata("new", "toy/halve")
    for file in ("katas/toy/halve.md", "broken/toy/halve.py", "tests/toy/test_halve.py"):
        assert file in written
        assert (tree.root / file).is_file()
    said = kata("lint", "toy/halve", expect=RED)
    for missing in (
        "katas/toy/halve.md: sources must name at least one incident",
        "katas/toy/halve.md: pitfall is 'TODO-the-cause'",
        "katas/toy/halve.md: Symptom still holds the template's TODO",
        "broken/toy/halve.py: says 'TODO'",
    ):
        assert missing in said
    # A kata that is being written stands in nobody's way.
    assert kata("lint", "toy/double").startswith("1 kata keeps the contract.")
    assert "toy/double" in kata("list")


@pytest.mark.parametrize(
    "name", ["toy", "toy/Halve", "toy/2x", "toy/a/b", "engine/mine", "../x/y", "toy/class"]
)
def test_new_refuses_what_is_no_id(kata, tree, name):
    before = sorted(tree.root.rglob("*"))
    assert kata("new", name, expect=MISTAKE)
    assert sorted(tree.root.rglob("*")) == before


def test_new_overwrites_nothing_and_adds_what_is_missing(kata, tree):
    mine = tree.root / "fixed" / "toy" / "halve.py"
    mine.write_text("mine\n")
    written = kata("new", "toy/halve")
    assert "broken/toy/halve.py" in written
    assert "fixed/toy/halve.py" not in written
    assert mine.read_text() == "mine\n"
    assert not tree.kata("toy/halve").variants.exists()  # they would be the template's, not of this kata
    before = sorted(tree.root.rglob("*"))
    assert "toy/halve has all its files already" in kata("new", "toy/halve", expect=MISTAKE)
    assert sorted(tree.root.rglob("*")) == before


def test_lint_names_the_nearest_of_an_unknown_kata(kata):
    assert "did you mean toy/double?" in kata("lint", "toy/dubble", expect=MISTAKE)


def test_the_pages_made_from_the_cards_are_written_once_and_checked(kata, tree):
    assert "out of date: katas/README.md" in kata("index", "--check", expect=RED)
    assert "written: katas/PITFALLS.md" in kata("index")
    assert kata("index", "--check") == ""
    assert CAUSE in (tree.root / "katas" / "PITFALLS.md").read_text()
    assert CAUSE not in (tree.root / "katas" / "README.md").read_text()


@pytest.mark.parametrize("args", [["list"], ["show", "toy/double"], ["hint", "toy/double"], ["lint"]])
def test_reading_imports_no_torch_and_little_else(tree, args):
    """Counted, not timed: what is imported is what one waits for."""
    program = (
        "import sys\nfrom torchkata.cli.main import main\n"
        f"try:\n    main({args})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tree.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    imported = done.stderr.split()
    heavy = {"torch", "numpy", "pytest", "_pytest", "asyncio", "subprocess", "multiprocessing", "fsrs"}
    assert not heavy & set(imported)
    assert not [name for name in imported if name.startswith(("torchkata.judging.judge", "watchfiles"))]
    assert len(imported) < 350


def test_the_statuses_in_the_help_are_those_of_the_readme(kata, repository):
    said = kata("--help")
    readme = " ".join((repository.root / "README.md").read_text(encoding="utf-8").split())
    assert STATUSES in said
    assert STATUSES.removeprefix("exit statuses: ") in readme
    assert "Exit statuses: 0 solved" in readme


def test_the_wrong_fix_in_the_readme_is_what_one_sees(tmp_path, repository):
    """The fix that every forum offers, judged."""
    readme = (repository.root / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("    WRONG FIX  autograd/fit_gain")[2].partition("\n\n")[0]
    tried = tmp_path / "fit_gain.py"
    text = repository.kata("autograd/fit_gain").broken.read_text(encoding="utf-8")
    tried.write_text(text.replace("loss.backward", "loss.requires_grad_(True)\n        loss.backward"))
    done = subprocess.run(
        [sys.executable, "-m", "torchkata", "check", "autograd/fit_gain", "--solution", str(tried)],
        cwd=repository.root, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )  # fmt: skip
    said = " ".join(done.stdout.replace(str(tried), "katas/autograd/fit_gain.py").split())
    wanted = [" ".join(line.split()) for line in shown.split("(10 tests")[1].splitlines()[1:]]
    assert "WRONG FIX autograd/fit_gain a known dead end (10 tests" in said
    assert [line for line in wanted if line not in said] == []
    assert len(wanted) == 6


def test_the_help_names_every_command_once_under_a_heading(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    commands = parser()
    said = commands.format_help()
    named = re.findall(r"^  (\w+)  +[A-Z]", said, re.MULTILINE)
    assert sorted(named) == sorted(commands._subparsers._group_actions[0].choices)
    assert all(f"\n{heading}:\n" in said for heading in HEADINGS)


@pytest.mark.parametrize("words", [[], ["watch"], ["watch", "--json"], ["watch", "--problems"]], ids=" ".join)
def test_a_tree_without_katas_says_where_to_get_some(tree, kata_command, words):
    tree.kata("toy/double").card.unlink()
    done = kata_command(*words)
    assert done.returncode == 2, done.stdout
    assert "holds no katas. In a dojo, kata update brings them back; a new dojo: kata init dojo" in " ".join(
        done.stderr.split()
    )


@pytest.mark.parametrize("track", ["cases", "case"])
def test_no_track_is_called_like_the_case_files(tree, kata_command, track):
    done = kata_command("new", f"{track}/foo")
    assert done.returncode == 2
    assert f"{track}/NAME is the name of a case file; choose another track" in " ".join(done.stderr.split())
    assert not (tree.root / "katas" / track).exists()
