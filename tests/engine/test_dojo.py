"""`kata init` and `kata update`: a dojo is written whole, and nothing that is a learner's is ever lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.collection import content
from torchkata.collection.layout import Tree
from torchkata.dojo import manifest, setup
from torchkata.dojo.manifest import DojoError
from torchkata.dojo.settings import SETTINGS
from torchkata.learner.progress import Progress


@pytest.fixture
def source(tmp_path, toy):
    """What an installation carries: two katas, one of them given, and what must not come along."""
    root = tmp_path / "installed"
    toy.write_kata(root, "toy/double")
    given = toy.write_kata(root, "toy/given")
    given.card.write_text(given.card.read_text().replace('kind = "silent"', 'kind = "silent"\ngiven = true'))
    (root / "katas" / "README.md").write_text("# Katas\n")
    (root / "katas" / "toy" / "double.py").write_text("a learner's\n")
    (root / "broken" / "toy" / "__pycache__").mkdir()
    (root / "broken" / "toy" / "__pycache__" / "double.cpython-311.pyc").write_bytes(b"")
    (root / "tests" / "engine").mkdir()
    (root / "tests" / "engine" / "test_engine.py").write_text("")
    return Tree(root)


@pytest.fixture
def here(tmp_path, source):
    """A dojo made from `source`."""
    return setup.init(tmp_path / "dojo", source).root


def listing(root: Path) -> set[str]:
    return {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}


def kata(*args, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "torchkata", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


# Init


def test_a_dojo_holds_the_katas_and_the_learners_copies_and_nothing_else(here, source):
    ours = {file.relative_to(source.root).as_posix() for file in content.files(source)}
    copies = {"katas/toy/double.py", "katas/toy/given.py"}
    assert listing(here) == ours | copies | set(SETTINGS) | {".kata/manifest.json"}
    assert "tests/toy/double/wrong_triple.py" in ours
    assert "tests/engine/test_engine.py" not in ours


def test_the_copies_start_from_broken_and_the_given_one_from_fixed(here):
    double, given = Tree(here).kata("toy/double"), Tree(here).kata("toy/given")
    assert double.copy.read_bytes() == double.broken.read_bytes()
    assert given.copy.read_bytes() == given.fixed.read_bytes()


def test_the_settings_of_editors_can_be_read_and_name_the_broken_files(here):
    settings = json.loads((here / ".vscode" / "settings.json").read_text())
    pyright = json.loads((here / "pyrightconfig.json").read_text())
    assert "broken" in settings["python.analysis.ignore"]
    assert "broken" in settings["python.analysis.exclude"]
    assert any(".kata" in pattern for pattern in settings["files.watcherExclude"])
    assert "broken" in pyright["ignore"]
    assert pyright["include"] == ["katas"]


def test_git_ignores_the_history_of_a_dojo_but_not_its_manifest(here):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    git = ["git", "-C", str(here)]
    subprocess.run([*git, "init", "-q"], check=True)
    (here / ".kata" / "history.jsonl").write_text("")
    subprocess.run([*git, "add", "."], check=True)
    tracked = subprocess.run([*git, "ls-files"], check=True, capture_output=True, text=True).stdout.split()
    assert ".kata/manifest.json" in tracked
    assert "katas/toy/double.py" in tracked
    assert ".kata/history.jsonl" not in tracked


def test_files_of_a_dojo_have_the_permissions_of_new_files(here, tmp_path):
    (tmp_path / "new").write_text("")
    usual = (tmp_path / "new").stat().st_mode
    assert (here / "katas" / "toy" / "double.py").stat().st_mode == usual
    assert (here / "tests" / "toy" / "test_double.py").stat().st_mode == usual


def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(tmp_path, source):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("")
    with pytest.raises(DojoError, match=r"is not empty \(it has thesis.tex\).*kata init .*full.dojo"):
        setup.init(tmp_path / "full", source)
    assert listing(tmp_path / "full") == {"thesis.tex"}


def test_a_folder_with_no_more_than_an_environment_and_a_repository_counts_as_empty(tmp_path, source):
    for name in (".venv", ".git"):
        (tmp_path / "new" / name).mkdir(parents=True)
    assert "toy/double" in {k.id for k in Tree(setup.init(tmp_path / "new", source).root).katas()}


def test_a_dojo_is_not_written_over(here, source):
    with pytest.raises(DojoError, match=r"is a dojo already.*kata update"):
        setup.init(here, source)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, source):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DojoError, match=r"cannot be made a dojo .*kata init dojo"):
        setup.init(tmp_path / "file", source)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_init_that_was_cut_short_is_finished_by_an_update(tmp_path, source, monkeypatch):
    def full(kata):
        raise OSError(28, "No space left on device", str(kata.copy))

    with monkeypatch.context() as patched:
        patched.setattr(setup, "_begin", full)
        with pytest.raises(DojoError, match=r"double.py: No space left on device.*kata update"):
            setup.init(tmp_path / "dojo", source)
    setup.update(tmp_path / "dojo", source)
    assert listing(tmp_path / "dojo") == listing(setup.init(tmp_path / "whole", source).root)


def test_the_command_says_what_to_type_next(tmp_path):
    done = kata("init", "my dojo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["    cd 'my dojo'", "    kata"]
    again = kata("init", "my dojo", cwd=tmp_path)
    assert again.returncode == 2
    assert "kata update" in again.stderr
    listed = kata("list", "--json", cwd=tmp_path / "my dojo")
    assert len(json.loads(listed.stdout)) == len(content.installed().katas())


# From a repository


def test_a_repository_gives_what_git_tracks_and_never_a_learners_file(source, toy):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    git = ["git", "-C", str(source.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "katas/toy/double.md", "broken", "fixed", "tests"], check=True)
    toy.write_kata(source.root, "toy/half")  # not added
    (source.kata("toy/double").variants / "wrong_draft.py").write_text("")  # not added
    found = {file.relative_to(source.root).as_posix() for file in content.files(source)}
    assert {path for path in found if path.startswith("katas/")} == {"katas/toy/double.md"}
    assert "tests/toy/double/wrong_triple.py" in found
    assert "tests/toy/double/wrong_draft.py" not in found
    assert "broken/toy/half.py" not in found


def test_a_repository_above_has_no_say(source):
    """An unpacked sdist may lie in somebody's repository, which tracks none of it."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    subprocess.run(["git", "-C", str(source.root.parent), "init", "-q"], check=True)
    assert source.kata("toy/double").card in content.files(source)


def test_without_git_everything_that_belongs_to_a_kata_is_taken(source, monkeypatch):
    (source.root / ".git").mkdir()
    monkeypatch.setenv("PATH", "")
    assert source.kata("toy/double").card in content.files(source)
    assert source.kata("toy/double").copy not in content.files(source)


def test_the_repository_itself_is_not_updated(tmp_path):
    done = kata("update", cwd=Path(__file__).parent)
    assert done.returncode == 2
    assert "git pull" in done.stderr
    elsewhere = kata("update", cwd=tmp_path)
    assert elsewhere.returncode == 2
    assert "kata init dojo" in elsewhere.stderr


# Update


def test_an_update_without_news_changes_nothing(here, source):
    before = {path: (here / path).stat().st_mtime_ns for path in listing(here)}
    changes = setup.update(here, source)
    assert setup.summary(changes)[0].startswith("Nothing to do")
    before.pop(".kata/manifest.json")
    assert before == {path: (here / path).stat().st_mtime_ns for path in before}


def test_new_katas_and_newer_files_arrive_and_are_named(here, source, toy):
    toy.write_kata(source.root, "toy/triple")
    source.kata("toy/double").test.write_text(toy.test + "\n# newer\n")
    said = setup.summary(setup.update(here, source))
    assert said == ["new: toy/triple", "changed: toy/double"]
    new = Tree(here).kata("toy/triple")
    assert new.copy.read_bytes() == new.broken.read_bytes()
    assert Tree(here).kata("toy/double").test.read_text().endswith("# newer\n")


def test_a_learners_files_and_history_are_never_written_to(here, source, toy):
    copy, history = here / "katas" / "toy" / "double.py", here / ".kata" / "history.jsonl"
    copy.write_text("my work\n")
    history.write_text("my history\n")
    (here / "katas" / "toy" / "given.py").unlink()
    source.kata("toy/double").broken.write_text(toy.program("values + 2"))
    setup.update(here, source)
    assert copy.read_text() == "my work\n"
    assert history.read_text() == "my history\n"
    assert not (here / "katas" / "toy" / "given.py").exists()


def test_an_untouched_copy_of_an_older_text_is_left_and_named(here, source, toy):
    copy = here / "katas" / "toy" / "double.py"
    before = copy.read_bytes()
    source.kata("toy/double").broken.write_text(toy.program("values + 2"))
    said = setup.summary(setup.update(here, source))
    assert copy.read_bytes() == before
    assert said[-1].endswith("starts from an older text; for the new one: kata reset toy/double")


def test_a_file_of_ours_that_was_changed_is_kept_before_it_is_replaced(here, source):
    changed = here / "broken" / "toy" / "double.py"
    before = changed.read_text()
    changed.write_text("edited in the wrong place\n")
    changes = setup.update(here, source)
    (kept,) = changes.kept.values()
    assert (here / kept).read_text() == "edited in the wrong place\n"
    assert kept.startswith(".kata/kept/")
    assert any(kept in line for line in setup.summary(changes))
    assert changed.read_text() == before


def test_settings_that_were_changed_stay_until_there_are_newer_ones(here, source, monkeypatch):
    mine = here / "pyproject.toml"
    mine.write_text("# mine\n")
    (here / "pyrightconfig.json").unlink()
    setup.update(here, source)
    assert mine.read_text() == "# mine\n"
    assert not (here / "pyrightconfig.json").exists()
    monkeypatch.setitem(SETTINGS, "pyproject.toml", "# newer\n")
    changes = setup.update(here, source)
    assert mine.read_text() == "# newer\n"
    assert (here / changes.kept["pyproject.toml"]).read_text() == "# mine\n"


def test_a_removed_kata_goes_and_the_learners_copy_stays(here, source):
    (here / "katas" / "toy" / "double.py").write_text("my work\n")
    old = Tree(here).kata("toy/double")
    gone = source.kata("toy/double")
    for file in (gone.card, gone.broken, gone.fixed, gone.test, *gone.rights, *gone.wrongs):
        file.unlink()
    assert setup.summary(setup.update(here, source)) == ["removed: toy/double"]
    assert not any(file.exists() for file in (old.card, old.broken, old.fixed, old.test, old.variants))
    assert old.copy.read_text() == "my work\n"


def test_a_removed_kata_that_was_changed_stays_whole(here, source):
    old = Tree(here).kata("toy/double")
    old.test.write_text(old.test.read_text() + "# my own test\n")
    gone = source.kata("toy/double")
    for file in (gone.card, gone.broken, gone.fixed, gone.test, *gone.rights, *gone.wrongs):
        file.unlink()
    changes = setup.update(here, source)
    assert "tests/toy/test_double.py" in changes.left
    assert all(file.exists() for file in (old.card, old.broken, old.fixed, old.test, *old.wrongs))


def test_a_removed_variant_goes_and_one_that_the_learner_wrote_stays(here, source):
    variants = Tree(here).kata("toy/double").variants
    (variants / "right_mine.py").write_text("mine\n")
    (source.kata("toy/double").variants / "wrong_square.py").unlink()
    setup.update(here, source)
    assert sorted(file.name for file in variants.iterdir()) == [
        "right_mine.py",
        "right_stack.py",
        "right_sum.py",
        "wrong_triple.py",
    ]


def rename(tree, old, new, *, said=True):
    """Give a kata of `tree` another name, as its authors do."""
    old, new = tree.kata(old), tree.kata(new)
    for part in ("card", "broken", "fixed", "test", "variants"):
        getattr(new, part).parent.mkdir(parents=True, exist_ok=True)
        getattr(old, part).rename(getattr(new, part))
    if said:
        tell_of(tree, old.id, new.id)


def tell_of(tree, old, new):
    (tree.root / "katas" / "renamed.toml").write_text(f'"{old}" = "{new}"\n')


def test_a_renamed_katas_file_and_history_arrive_under_its_new_name(here, source):
    old, new = Tree(here).kata("toy/double"), Tree(here).kata("sums/twice")
    old.copy.write_text("my work\n")
    progress = Progress(Tree(here))
    progress.record(old, "verdict", verdict="solved")
    progress.keep(old)
    rename(source, old.id, new.id)
    said = setup.summary(setup.update(here, source))
    assert new.copy.read_text() == "my work\n"
    assert not old.copy.exists()
    assert "toy/double is sums/twice now; your file is katas/sums/twice.py" in said
    assert Progress(Tree(here)).state(new) == "solved"
    assert len(Progress(Tree(here)).versions(new)) == 1


def test_a_file_under_the_old_name_replaces_a_fresh_one_under_the_new_name(here, source):
    old, new = Tree(here).kata("toy/double"), Tree(here).kata("toy/twice")
    old.copy.write_text("my work\n")
    rename(source, old.id, new.id, said=False)
    setup.update(here, source)
    assert new.copy.read_bytes() == new.broken.read_bytes()
    tell_of(source, old.id, new.id)
    source.kata(new.id).broken.write_text(new.broken.read_text() + "# newer\n")
    setup.update(here, source)
    assert new.copy.read_text() == "my work\n"
    assert not old.copy.exists()


def test_work_under_both_names_stays_where_it_is(here, source):
    old, new = Tree(here).kata("toy/double"), Tree(here).kata("toy/twice")
    old.copy.write_text("my work\n")
    new.copy.write_text("more of it\n")
    rename(source, old.id, new.id)
    assert not any("your file is" in line for line in setup.summary(setup.update(here, source)))
    assert (old.copy.read_text(), new.copy.read_text()) == ("my work\n", "more of it\n")


def test_an_untouched_file_of_a_renamed_kata_may_start_from_an_older_text(here, source):
    rename(source, "toy/double", "toy/twice")
    broken = source.kata("toy/twice").broken
    broken.write_text(broken.read_text() + "# newer\n")
    said = setup.summary(setup.update(here, source))
    assert "katas/toy/twice.py starts from an older text; for the new one: kata reset toy/twice" in said


@pytest.mark.parametrize("text", [b'{"schema": "kata-do', b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000])
def test_a_corrupt_manifest_changes_nothing_and_says_what_to_type(here, source, text):
    manifest.location(here).write_bytes(text)
    (here / "fixed" / "toy" / "double.py").write_text("edited\n")
    before = {path: (here / path).read_bytes() for path in listing(here)}
    done = kata("update", cwd=here)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert f"{manifest.location(here)} can't be read" in said
    for command in ("git checkout -- .kata/manifest.json", "kata export", "kata init DIR", "kata import"):
        assert command in said
    assert {path: (here / path).read_bytes() for path in listing(here)} == before


def test_a_dojo_of_a_newer_torchkata_is_refused(here, source):
    said = json.loads(manifest.location(here).read_text()) | {"torchkata": "99.0"}
    manifest.location(here).write_text(json.dumps(said))
    with pytest.raises(DojoError, match=r"by torchkata 99.0, which is newer.*pip install --upgrade"):
        setup.update(here, source)


def test_a_tree_without_a_manifest_is_not_taken_for_a_dojo(here):
    manifest.location(here).unlink()
    with pytest.raises(DojoError, match=r"no .kata/manifest.json.*kata init DIR"):
        setup.here(here / "katas")


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights there")
def test_nothing_is_written_through_a_link_that_leads_out_of_the_dojo(here, source, tmp_path, toy):
    shutil.rmtree(here / "fixed" / "toy")
    (tmp_path / "elsewhere").mkdir()
    (here / "fixed" / "toy").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DojoError, match="leads out of the dojo"):
        setup.update(here, source)
    assert listing(tmp_path / "elsewhere") == set()


@pytest.mark.parametrize("path", ["../victim.py", "katas/../../victim.py", "/victim.py"])
def test_a_manifest_made_by_hand_cannot_remove_a_file_elsewhere(here, source, path):
    victim = here.parent / "victim.py"
    victim.write_text("not yours\n")
    path = str(victim) if path.startswith("/") else path
    manifest.write(here, {path: manifest.digest(b"not yours\n")})
    with pytest.raises(DojoError, match="leads out of the dojo"):
        setup.update(here, source)
    assert victim.exists()
