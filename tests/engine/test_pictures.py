"""The pictures: what a run is recorded to have done, and what of it stands in the drawing."""

import json
import math
import re

import pytest

from torchkata.atlas.gather import Gathered
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.collection.starting import see_it
from torchkata.judging.judge import Judge
from torchkata.pictures import bars, curve, graph, printed, strip
from torchkata.pictures.choice import pictures
from torchkata.pictures.recording import MARK, Graph, Recording, read, recorded
from torchkata.pictures.svg import short

ROOT = Tree.find(__import__("pathlib").Path(__file__))
HEADS = "graph/two_heads_one_body"


@pytest.fixture(scope="module")
def heads():
    """What See it of one kata does, broken and fixed, and what it printed."""
    entry = Catalogue(ROOT)[HEADS]
    with Judge(ROOT, [entry.kata], ahead=False) as judge:
        files = entry.kata.broken, entry.kata.fixed
        return [judge.see(entry, file.read_bytes(), file, recorded(see_it(entry))) for file in files]


def test_the_recorder_leaves_what_the_snippet_prints_and_raises(heads):
    assert "the body runs" in heads[0]
    assert "RuntimeError: Trying to backward through the graph a second time" in heads[0]
    assert "'size': 1.625" in heads[1]


def test_a_graph_ends_in_the_leaves_that_get_a_gradient_and_names_those_that_do_not(heads):
    broken, fixed = (read(said).graphs[0] for said in heads)
    assert ("price.weight", [1, 1]) in broken.nodes
    assert broken.missed == [("size.weight", [1, 1])]
    assert {"price.weight", "size.weight", "weight"} <= {name for name, shape in fixed.nodes if shape}
    assert fixed.missed == []


def test_each_call_of_backward_counts_with_its_value_and_the_size_of_its_graph(heads):
    broken, fixed = map(read, heads)
    assert len(broken.values) == 2
    assert len(fixed.values) == 1
    assert broken.sizes == [len(one.nodes) for one in broken.graphs]
    assert fixed.values[0] == pytest.approx(sum(broken.values[:1]) + 1.625)


def test_a_recording_that_was_cut_off_is_an_empty_one():
    assert read(f"{MARK}{{'calls': [[1") == Recording()
    assert read("nothing of ours") == Recording(printed="nothing of ours")


GRAPH = Graph([("MeanBackward0", None), ("<w>", [2])], [(0, 1)], [("b", [])])


def test_a_graph_is_told_in_words_and_escaped():
    picture = graph.draw(GRAPH, "broken")
    assert "Autograd graph, broken: Mean; it leads to &lt;w&gt; (2,); no path leads to b ()." in picture
    assert "<w>" not in picture
    assert picture.count("<rect") == 3
    assert picture.count("<line") == 1
    assert picture.count("stroke-dasharray") == 1  # the leaf that nothing leads to


def test_no_two_boxes_of_a_graph_overlap(heads):
    for said in heads:
        for one in read(said).graphs:
            boxes = [
                tuple(float(value) for value in found)
                for found in re.findall(
                    r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', graph.draw(one, "x")
                )
            ]
            for number, (x, y, wide) in enumerate(boxes):
                for left, top, _ in boxes[number + 1 :]:
                    assert y != top or not x < left < x + wide


def test_a_curve_ends_where_there_is_no_finite_number():
    said = curve.said([5.0, 32.9, math.inf], [5.0, 4.0, 3.0], "loss")
    assert said == (
        "loss: broken begins at 5 and is at 32.9 after 2 calls, then no finite number; "
        "fixed begins at 5 and is at 3 after 3 calls."
    )
    assert "stroke-dasharray" in curve.draw([5.0, 32.9, math.inf], [5.0, 4.0, 3.0], "loss")
    assert "logarithmic" in curve.draw([1.0, 1e6, 1.0], [1.0, 1.0, 1.0], "loss")
    assert "logarithmic" not in curve.draw([1.0, 10.0, 1.0], [1.0, 1.0, 1.0], "loss")


def record(state, autograd):
    return {"state": state, "result": {"autograd": autograd, "analytic": [-6.0], "numeric": [-6.0]}}


def test_bars_say_the_numbers_of_the_record():
    records = [record("before", [[-16.0]]), record("after", [[-6.0]])]
    assert bars.said(records) == (
        "The gradient. broken, autograd: -16; broken, by hand: -6; broken, differences: -6; "
        "fixed, autograd: -6; fixed, by hand: -6; fixed, differences: -6."
    )
    picture = bars.draw(records)
    assert picture.count("<rect") == 6
    assert picture.count("stroke-dasharray") == 1
    assert ">nan<" in bars.draw([record("before", [math.nan])])


def test_a_kata_has_a_curve_only_where_its_steps_differ():
    steps = Recording([1.0, 2.0, 3.0], [4, 4, 4])
    assert pictures(steps, steps, []) == []
    (only,) = pictures(steps, Recording([1.0, 0.5, 0.25], [4, 4, 4]), [])
    assert only.kind == "curve"
    growing = pictures(steps, Recording([1.0, 2.0, 3.0], [4, 8, 12]), [])
    assert [one.kind for one in growing] == ["size"]


def test_without_the_fix_a_picture_says_nothing_of_it():
    broken = Recording([1.0, 2.0, 4.0], [2, 4, 8], [GRAPH])
    fixed = Recording([1.0, 0.5, 0.25], [2, 2, 2], [Graph([("ExpBackward0", None)], [], [])])
    drawn = pictures(broken, fixed, [record("after", [-6.0]), record("before", [-16.0])])
    assert [one.kind for one in drawn] == ["gradient", "graph", "curve", "size"]
    for one in drawn:
        assert "fixed" in one.said
        assert "fixed" not in one.broken_said
        for secret in ("fixed", "Exp", "0.25"):
            assert secret not in re.sub(r"<[^>]*>", " ", one.broken)
    assert drawn[0].broken == drawn[0].svgs[0]
    assert ">-16<" in drawn[0].broken
    assert curve.draw([math.inf], (), "loss")  # and nothing to draw is no trouble


def test_broken_and_fixed_have_one_scale():
    records = [record("before", [-16.0]), record("after", [-6.0])]
    (drawn, *_) = pictures(Recording(), Recording(), records)
    assert len(drawn.svgs) == 2
    widths = [sorted(map(float, re.findall(r'<rect [^>]*width="([\d.]+)"', svg))) for svg in drawn.svgs]
    assert widths[0][:2] == widths[1][:2] == [widths[1][2]] * 2
    assert widths[0][2] > 2 * widths[1][2]


def test_operations_that_only_follow_each_other_share_a_box():
    nodes = [("MeanBackward0", None), ("MulBackward0", None), ("ExpBackward0", None), ("w", [2]), ("b", [2])]
    one = Graph(nodes, [(0, 1), (1, 2), (2, 3), (1, 4)], [])
    picture = graph.draw(one, "x")
    assert picture.count("<rect") == 4  # Mean and Mul, for Mul has two sources
    assert graph.draw(Graph(nodes[:3], [(0, 1), (1, 2)], []), "x").count("<rect") == 1
    square = Graph([("MulBackward0", None), ("ExpBackward0", None)], [(0, 1), (0, 1)], [])
    assert graph.draw(square, "x").count("<rect") == 2


def test_numbers_that_are_alike_read_alike():
    assert short(26.625) == short(26.62500000135979) == "26.62"


def test_of_several_graphs_the_first_that_differ_are_drawn():
    other = Graph(GRAPH.nodes, GRAPH.edges, [])
    one = Recording([1.0, 1.0], [2, 2], [GRAPH, GRAPH])
    (drawn,) = pictures(one, Recording([1.0, 1.0], [2, 2], [GRAPH, other]), [])
    assert drawn.title == "The autograd graph of backward pass 2"
    assert len(drawn.svgs) == 2


# What See it prints


def test_numbers_of_the_same_line_are_paired_and_boxed():
    broken = "batch of 4: loss 0.813, accuracy 0.500\nsame 1.0\nanother line 1"
    fixed = "batch of 4: loss 0.513, accuracy 0.800\nsame 1.0\nand another 2"
    assert printed.pairs(broken, fixed) == [
        printed.Pair("batch of 4: loss □, accuracy …", 0.813, 0.513),
        printed.Pair("batch of 4: loss …, accuracy □", 0.5, 0.8),
    ]
    picture = printed.draw(printed.pairs(broken, fixed))
    assert ">0.813<" in picture
    assert picture.count("stroke-dasharray") == 3  # two of the broken program's, and the legend's
    assert (
        "What See it prints in place of □. batch of 4: loss □, accuracy …: broken 0.813, fixed 0.513"
        in picture
    )


def test_names_of_types_and_lists_of_indices_are_no_amounts():
    assert printed.pairs("float32 [4, 7, 2]", "float32 [5, 2, 7]") == []
    assert printed.pairs("torch.float32 1", "torch.float16 1") == []
    assert [pair.line for pair in printed.pairs("[1.5, 2.0]", "[1.5, 3.0]")] == ["[1.5, □]"]
    assert printed.pairs("<b> -1", "<b> 1")[0].line == "<b> □"
    assert "&lt;b&gt;" in printed.draw(printed.pairs("<b> -1", "<b> 1"))


def test_a_series_is_a_curve_and_a_long_line_is_cut_around_its_box():
    found = printed.lists("2 ranks: errors [6.5, 2.66, 2.5]", "2 ranks: errors [6.5, 3.14, 2.5]")
    assert found == printed.Lists("2 ranks: errors", (6.5, 2.66, 2.5), (6.5, 3.14, 2.5))
    assert printed.lists("x [1.0, 2.0, 3.0, 4.0]", "x [1.0, 2.0, 3.0, 5.0]") is None
    (pair,) = printed.pairs(f"{'a' * 90} 1 {'b' * 90}", f"{'a' * 90} 2 {'b' * 90}")
    assert "a □ b" in pair.line
    assert len(pair.line) <= printed.LETTERS + 2


def test_only_a_kata_without_another_picture_shows_what_it_prints():
    alone = Recording(printed="error 2"), Recording(printed="error 1")
    assert [one.kind for one in pictures(*alone, [])] == ["printed"]
    graphs = Recording(graphs=[GRAPH], printed="error 2"), Recording(graphs=[GRAPH], printed="error 1")
    assert [one.kind for one in pictures(*graphs, [])] == ["graph"]
    assert pictures(Recording(printed="error 1"), Recording(printed="error 1"), []) == []


def test_what_is_printed_is_read_without_the_recorders_line(heads):
    assert "the body runs" in read(heads[0]).printed
    assert MARK not in read(heads[0]).printed


# The memory strip


def test_a_strip_has_a_column_for_each_call_and_the_number_where_it_changes():
    picture = strip.draw([4, 4, 5], [4, 4, 4, 4], "nodes")
    assert picture.count("<rect") == 7
    assert picture.count("stroke-dasharray") == 3
    assert re.findall(r">(\d)</text>", picture) == ["4", "5", "4"]
    assert strip.said([4, 4, 5], [], "nodes") == "nodes, call by call: broken 4, 4, 5; fixed has none."


# All of them


ENTRIES = Catalogue(ROOT).entries
TRACKS = list(dict.fromkeys(entry.card.track for entry in ENTRIES))


@pytest.fixture(scope="module")
def drawn():
    """The pictures of one kata, from the tree's cache or drawn now; a whole track takes seconds."""
    gathered, found = Gathered(Catalogue(ROOT)), {}
    with Judge(ROOT, [entry.kata for entry in ENTRIES], ahead=False) as judge:

        def of(entry):
            if entry.id not in found:
                kept = gathered.kept(entry)
                found[entry.id] = gathered.drawn(entry, judge) if kept is None else kept
            return found[entry.id]

        yield of


@pytest.fixture(scope="module")
def evidence():
    return [json.loads(line) for line in ROOT.evidence.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("track", TRACKS)
def test_the_numbers_in_the_pictures_are_those_of_evidence_and_card(drawn, evidence, track):
    for entry in ENTRIES:
        if entry.card.track == track:
            kinds = {one.kind: one for one in drawn(entry)}
            mine = [one for one in evidence if one["kata"] == entry.id and one["device"] == "cpu"]
            assert ("gradient" in kinds) == ({one["state"] for one in mine} == {"before", "after"}), entry.id
            assert "graph" in kinds or track not in ("autograd", "graph"), entry.id
            if "gradient" in kinds:
                as_in_the_evidence(kinds["gradient"], mine)
            if "printed" in kinds:
                as_on_the_card(kinds["printed"], entry.card.sections)


WAY = re.compile(r"(broken|fixed), (autograd|by hand|differences): ([^;]+?)(?:;|\.$)")
KEYS = {"autograd": "autograd", "by hand": "analytic", "differences": "numeric"}


def as_in_the_evidence(picture, records):
    told = WAY.findall(picture.said)
    assert len(told) >= 4
    for state, way, values in told:
        measured = [
            [short(value) for value in flat(record["result"][KEYS[way]])[: bars.ELEMENTS]]
            for record in records
            if record["state"] == {"broken": "before", "fixed": "after"}[state]
        ]
        assert values.split(", ") in measured
        assert all(f">{value}<" in picture.svgs[0] for value in values.split(", "))


def as_on_the_card(picture, sections):
    """The first pair; a card may leave out lines that say nothing new."""
    for pair in re.findall(r"broken (-?[\d.e+]*\d), fixed (-?[\d.e+]*\d)", picture.said)[:1]:
        for value, heading in zip(pair, ("See it", "Once it is fixed")):
            assert value in [short(float(number)) for number in printed.NUMBER.findall(sections[heading])]


def flat(value):
    if not isinstance(value, list):
        return [float(value)]
    return [number for inner in value for number in flat(inner)]


def test_nearly_every_kata_has_a_picture(drawn):
    kinds = {entry.id: {one.kind for one in drawn(entry)} for entry in ENTRIES}
    assert sum(map(bool, kinds.values())) >= 0.9 * len(ENTRIES) > 90
    assert all(kinds[entry.id] for entry in ENTRIES if entry.card.track == "memory")
    assert {kind for of in kinds.values() for kind in of} == {"gradient", "graph", "curve", "size", "printed"}
