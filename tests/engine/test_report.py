"""`kata report`: what JUnit files say of each kata, and no green where something expected didn't run."""

import xml.etree.ElementTree as ElementTree

import pytest
import torch  # noqa: F401 - before any inner run

from torchkata.authoring import junit
from torchkata.cli.main import main
from torchkata.system import devices
from torchkata.testing import restore  # noqa: F401 - before any inner run

DOUBLE = "katas/toy/double.py"


@pytest.fixture
def run(pytester, tree, monkeypatch):
    """pytest in the miniature tree, writing its JUnit file."""
    monkeypatch.chdir(tree.root)
    return lambda *options: pytester.runpytest_inprocess("--junitxml", "junit.xml", *options)


@pytest.fixture
def report(tree, monkeypatch, capsys):
    monkeypatch.chdir(tree.root)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def call(*args):
        with pytest.raises(SystemExit) as end:
            main(["report", *(args or ("junit.xml",))])
        out, err = capsys.readouterr()
        return end.value.code, out + err

    return call


def said_of(tree):
    found = {}
    for case in ElementTree.parse(tree.root / "junit.xml").iter("testcase"):
        said = {each.get("name"): each.get("value") for each in case.iter("property")}
        found[case.get("name")] = {
            key: value for key, value in said.items() if not key.startswith("torchkata")
        }
    return found


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_test_says_its_kata_its_pitfall_its_device_and_its_verdict(run, tree, workers):
    kata = tree.kata("toy/double")
    kata.copy.write_bytes(kata.broken.read_bytes().replace(b"return", b"assert values[0] != 1\n    return"))
    run("-n", workers).assert_outcomes(passed=10)
    said = said_of(tree)
    about = {"kata": "toy/double", "pitfall": "adds-instead", "device": "cpu"}
    assert said["test_one_comes_out_as_two[right_sum-cpu]"] == {**about, "verdict": "correct"}
    assert said["test_three_comes_out_as_four[cpu]"] == {**about, "verdict": "pitfall"}
    run("-n", workers, "--solutions", "katas").assert_outcomes(failed=2, passed=1)
    said = said_of(tree)["test_one_comes_out_as_two[katas-cpu]"]
    line = 1 + kata.copy.read_text().splitlines().index("    assert values[0] != 1")
    assert said == {**about, "verdict": "wrong", "program": DOUBLE, "line": str(line)}


def test_what_is_healed_or_cannot_run_is_said_so_too(run, tree, toy):
    kata = tree.kata("toy/double")
    kata.broken.write_text(toy.program("2 * values"))
    run()
    assert said_of(tree)["test_three_comes_out_as_four[cpu]"]["verdict"] == "healed"
    kata.card.write_text(kata.card.read_text().replace("level = 1", 'level = 1\nneeds = ["cuda"]'))
    from torchkata.collection.card import read_meta

    read_meta.cache_clear()
    run()
    assert {each["verdict"] for each in said_of(tree).values()} == {"unavailable"}


def test_all_that_was_expected_is_0_and_the_summary_counts_it(run, report):
    run()
    status, said = report("junit.xml", "--expect", "cpu")
    assert (status, "| cpu | 1 | 10 | 0 | 0 |" in said, "Everything expected has passed." in said) == (
        0,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("options", "device", "problem"),
    [
        ((), "cuda", "toy/double: no test ran on cuda"),
        (("-k", "nothing_at_all"), "cpu", "toy/double: no test ran on cpu"),
        (("-k", "three_comes_out"), "cpu", "toy/double: no test passed on cpu that shows correct"),
        (("--solutions", "fixed"), "cpu", "toy/double: no test passed on cpu that shows pitfall"),
        (("--solutions", "broken"), "cpu", "toy/double: 1 of 3 tests failed on cpu"),
    ],
)
def test_what_was_expected_and_is_not_there_is_named_and_the_status_is_1(
    run, report, options, device, problem
):
    run(*options)
    status, said = report("junit.xml", "--expect", device)
    assert (status, problem in said) == (1, True), said


def test_a_kata_that_cannot_run_there_is_not_expected(run, report, tree, toy):
    for name, field in (("gpu", 'needs = ["cuda"]'), ("marked", 'no_stand_in = "it iterates"')):
        kata = toy.write_kata(tree.root, f"toy/{name}")
        kata.card.write_text(kata.card.read_text().replace("level = 1", f"level = 1\n{field}"))
    run("--device", "cpu,lazy")
    for device, status in (("cpu", 0), ("lazy", 0), ("cuda", 1)):
        assert report("junit.xml", "--expect", device)[0] == status, device


def test_a_torch_without_the_stand_in_is_unavailable_and_says_so(run, report, monkeypatch):
    why = f"torch 9.9 {devices.LACKS_STAND_IN}: gone"
    monkeypatch.setattr(devices, "stand_in_trouble", lambda: why)
    run("--device", "lazy")
    status, said = report("junit.xml", "--expect", "lazy")
    assert (status, "nothing was checked: " in said, why in said) == (3, True, True)


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite>"])
def test_a_run_that_died_has_no_whole_file_and_that_is_no_green(report, tree, text):
    if text is not None:
        (tree.root / "junit.xml").write_text(text)
    status, said = report()
    assert (status, "is no whole JUnit file" in said) == (2, True)


def test_several_files_are_one_run(run, report, tree):
    for part, file in (("three_comes_out", "a.xml"), ("not three_comes_out", "b.xml")):
        run("-k", part)
        (tree.root / "junit.xml").rename(tree.root / file)
    assert report("a.xml", "--expect", "cpu")[0] == 1
    assert report("a.xml", "b.xml", "--expect", "cpu")[0] == 0


def test_github_gets_an_annotation_at_the_line_and_a_summary(run, report, tree, tmp_path, monkeypatch, toy):
    tree.kata("toy/double").copy.write_text(toy.program("values + missing"))
    run("--solutions", "katas")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page.md"))
    status, said = report()
    line = toy.program("values + missing").splitlines().index("    return values + missing") + 1
    wanted = f"::error file={DOUBLE},line={line},title=toy/double on cpu%3A wrong::test_every_value"
    assert (status, wanted in said) == (1, True), said
    assert "- toy/double: test_one_comes_out_as_two[katas-cpu] failed: " in (tmp_path / "page.md").read_text()


def test_no_word_of_a_program_is_a_command_to_github():
    case = junit.Case("toy/double", "", "cpu", "wrong", "test_a", "failed", "a%\n::error::b", "x,y:z.py", 1)
    assert junit.workflow_commands([case]) == [
        "::error file=x%2Cy%3Az.py,line=1,title=toy/double on cpu%3A wrong::test_a: a%25%0A::error::b"
    ]


def test_a_device_that_nobody_knows_is_a_mistake(run, report):
    run("-k", "three_comes_out")
    assert report("junit.xml", "--expect", "tpu")[0] == 2


def test_what_comes_out_otherwise_on_another_device_is_named():
    def case(name, device, outcome):
        return junit.Case("toy/double", "", device, "", name, outcome)

    cases = [case(f"test_a[fixed-{d}-2]", d, o) for d, o in (("cpu", "passed"), ("lazy", "failed"))]
    cases += [case(f"test_b[{d}]", d, "passed") for d in ("cpu", "lazy")]
    assert junit.differences(cases) == ["toy/double: test_a[fixed-*-2]: passed on cpu, failed on lazy"]


def test_only_without_a_device_is_a_mistake(run, report):
    run("-k", "three_comes_out")
    status, said = report("junit.xml", "--only", "toy/double")
    assert status == 2
    assert "--only comes with a device: --only toy/double --expect cpu" in said


def test_a_file_without_a_test_of_any_kata_is_no_green(report, tree):
    (tree.root / "junit.xml").write_text('<testsuite><testcase name="test_a"/></testsuite>')
    status, said = report()
    assert status == 1
    assert "no test of a kata is in junit.xml" in said
    assert "has passed" not in said
