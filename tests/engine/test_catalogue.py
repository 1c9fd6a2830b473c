"""The katas in the order of learning, and how one of them is looked up."""

import pytest

from torchkata.collection.card import Card, CardError
from torchkata.collection.catalogue import Catalogue, CatalogueError, Entry, UnknownKata, ordered
from torchkata.collection.layout import Tree


def entry(tree: Tree, kata_id: str, level: int = 1, after: tuple[str, ...] = ()) -> Entry:
    """A kata of which nothing matters but its place."""
    slug = kata_id.replace("/", "-")
    made = Card(kata_id, "", slug, "silent", level, 1, (), dict.fromkeys(["Why"], "A."), after)
    return Entry(tree.kata(kata_id), made)


def ids(entries: list[Entry]) -> list[str]:
    return [each.id for each in entries]


@pytest.fixture
def add(tree, toy):
    """Put one more kata into the tree, with `fields` in its card."""

    def added(kata_id: str, fields: str = "", pitfall: str = "adds-instead") -> None:
        kata = toy.write_kata(tree.root, kata_id)
        kata.card.write_text(
            toy.card.replace("minutes = 1", f"minutes = 1\n{fields}").replace("adds-instead", pitfall)
        )

    return added


def test_each_kata_comes_after_those_that_it_needs(tree):
    katas = [entry(tree, "a/a", after=("z/z",)), entry(tree, "b/b", after=("a/a",)), entry(tree, "z/z")]
    assert ids(ordered(katas)) == ["z/z", "a/a", "b/b"]


def test_ties_go_by_level_and_then_by_id(tree):
    katas = [entry(tree, "b/y", 1), entry(tree, "a/x", 2), entry(tree, "b/x", 1), entry(tree, "c/a", 1)]
    assert ids(ordered(katas)) == ["b/x", "b/y", "c/a", "a/x"]


def test_within_a_level_tracks_come_in_the_order_in_which_they_are_taught(tree):
    katas = [entry(tree, f"{track}/x", 1) for track in ("data", "zzz", "autograd", "optim", "basics")]
    assert ids(ordered(katas)) == ["basics/x", "autograd/x", "optim/x", "data/x", "zzz/x"]


def test_a_kata_that_becomes_ready_takes_its_place_among_the_waiting_ones(tree):
    katas = [
        entry(tree, "a/late", 1, after=("b/first",)),
        entry(tree, "b/first", 1),
        entry(tree, "c/hard", 2),
    ]
    assert ids(ordered(katas)) == ["b/first", "a/late", "c/hard"]


def test_the_order_does_not_depend_on_the_order_of_finding(tree):
    katas = [entry(tree, f"t/k{n}", 1 + n % 3, (f"t/k{n - 1}",) if n % 2 else ()) for n in range(8)]
    assert ids(ordered(katas)) == ids(ordered(katas[::-1]))


def test_a_circle_is_refused_with_the_names_in_it_and_no_others(tree):
    katas = [
        entry(tree, "a/waits", after=("b/one",)),
        entry(tree, "b/one", after=("b/two",)),
        entry(tree, "b/two", after=("b/one", "c/free")),
        entry(tree, "c/free"),
    ]
    with pytest.raises(CatalogueError, match=r"come after one another in a circle: b/one, b/two$"):
        ordered(katas)


def test_a_kata_that_comes_after_itself_is_a_circle(tree):
    with pytest.raises(CatalogueError, match=r"in a circle: a/a$"):
        ordered([entry(tree, "a/a", after=("a/a",)), entry(tree, "b/b")])


def test_an_unknown_after_is_named_with_the_card_that_says_it(tree):
    with pytest.raises(CatalogueError, match=r"a/a\.md: after names x/y, x/z, which no card has"):
        ordered([entry(tree, "a/a", after=("x/y", "a/b", "x/z")), entry(tree, "a/b")])


def test_no_katas_have_an_order_too():
    assert ordered([]) == []


def test_a_catalogue_reads_its_tree(tree, add):
    add("bag/first", 'after = ["toy/double"]', "another")
    assert ids(Catalogue(tree).entries) == ["toy/double", "bag/first"]


def test_a_card_that_cannot_be_read_stops_the_catalogue(tree):
    tree.kata("toy/double").card.write_text("no card")
    with pytest.raises(CardError, match=r"double\.md"):
        _ = Catalogue(tree).entries


def test_a_kata_is_found_by_its_id_and_by_the_slug_of_its_pitfall(tree, add):
    add("bag/first", pitfall="other-thing")
    catalogue = Catalogue(tree)
    assert catalogue["bag/first"].id == catalogue["other-thing"].id == "bag/first"
    assert catalogue["adds-instead"].id == "toy/double"


@pytest.mark.parametrize(
    "typed",
    ["double", "katas/toy/double.py", "./broken/toy/double.py", "tests/toy/test_double.py", "toy/double/"],
)
def test_a_kata_is_found_by_the_path_of_its_files_and_by_a_name_that_no_other_has(tree, add, typed):
    add("bag/first", pitfall="other-thing")
    assert Catalogue(tree)[typed].id == "toy/double"


def test_a_name_that_two_tracks_have_is_no_answer(tree, add):
    add("bag/double", pitfall="other-thing")
    with pytest.raises(UnknownKata):
        _ = Catalogue(tree)["double"]


@pytest.mark.parametrize("typed", ["toy/duoble", "dobule", "add-instead", "other/double"])
def test_an_unknown_kata_comes_with_the_nearest_ids(tree, add, typed):
    add("bag/first", pitfall="other-thing")
    with pytest.raises(UnknownKata, match=f"there is no kata '{typed}'; did you mean toy/double") as caught:
        Catalogue(tree)[typed]
    assert caught.value.nearest == ["toy/double"]


def test_a_name_like_nothing_leads_to_the_list(tree):
    with pytest.raises(UnknownKata, match="there is no kata 'qqqq'; `kata list` shows them all") as caught:
        Catalogue(tree)["qqqq"]
    assert caught.value.nearest == []


def test_an_empty_catalogue_knows_no_kata(tree):
    tree.kata("toy/double").card.unlink()
    with pytest.raises(UnknownKata):
        Catalogue(tree)["toy/double"]
