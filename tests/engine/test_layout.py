"""The tree: a kata's id is its path in every folder, and the nearest tree upward is the one."""

from pathlib import Path

import pytest

from torchkata.collection.layout import FOLDERS, Kata, Tree


def test_the_id_is_the_path_in_every_folder():
    kata = Kata(Path("/dojo"), "graph", "second_step")
    assert kata.id == "graph/second_step"
    assert kata.card == Path("/dojo/katas/graph/second_step.md")
    assert kata.copy == Path("/dojo/katas/graph/second_step.py")
    assert kata.broken == Path("/dojo/broken/graph/second_step.py")
    assert kata.fixed == Path("/dojo/fixed/graph/second_step.py")
    assert kata.test == Path("/dojo/tests/graph/test_second_step.py")
    assert kata.variants == Path("/dojo/tests/graph/second_step")
    assert kata.mirrored(Path("/elsewhere")) == Path("/elsewhere/graph/second_step.py")


def test_right_and_wrong_fixes_are_told_apart_by_their_names_and_sorted(tree):
    kata = tree.kata("toy/double")
    (kata.variants / "helper.py").touch()
    assert [file.stem for file in kata.rights] == ["right_stack", "right_sum"]
    assert [file.stem for file in kata.wrongs] == ["wrong_square", "wrong_triple"]


def test_a_kata_without_variants_has_none(tree):
    kata = tree.kata("toy/nothing")
    assert (kata.rights, kata.wrongs) == ([], [])


def test_a_tree_is_found_from_its_root_from_within_and_from_a_file(tree):
    for start in (tree.root, tree.root / "katas" / "toy", tree.kata("toy/double").test):
        assert Tree.find(start) == tree


def test_a_tree_is_found_through_a_link(tree, tmp_path):
    (tmp_path / "link").symlink_to(tree.root / "katas")
    assert Tree.find(tmp_path / "link") == tree


def test_the_nearest_of_two_trees_is_the_one(tree):
    inner = tree.root / "katas" / "inner"
    for folder in FOLDERS:
        (inner / folder).mkdir(parents=True)
    assert Tree.find(inner / "broken") == Tree(inner)


@pytest.mark.parametrize("missing", FOLDERS)
def test_a_folder_that_lacks_one_of_the_four_is_no_tree(tmp_path, missing):
    for folder in FOLDERS:
        (tmp_path / folder).touch() if folder == missing else (tmp_path / folder).mkdir()
    assert Tree.find(tmp_path) is None


def test_a_tree_lists_every_kata_that_has_a_card_by_id(tree, toy):
    toy.write_kata(tree.root, "bag/first")
    toy.write_kata(tree.root, "toy/absent").card.unlink()
    (tree.root / "katas" / "README.md").touch()  # a page, no card
    assert [kata.id for kata in tree.katas()] == ["bag/first", "toy/double"]


def test_a_test_file_leads_to_its_kata(tree):
    kata = tree.kata("toy/double")
    assert tree.kata_of_test(kata.test) == kata


@pytest.mark.parametrize(
    "path",
    [
        "tests/engine/test_layout.py",  # no card of that name
        "tests/toy/double/right_sum.py",  # too deep
        "tests/toy/double.py",  # not called test_
        "other/toy/test_double.py",
    ],
)
def test_a_file_that_proves_no_kata_leads_to_none(tree, path):
    assert tree.kata_of_test(tree.root / path) is None
