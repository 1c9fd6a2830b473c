"""The site: every link leads somewhere, nothing comes from outside, and no page gives its answer away."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from torchkata import markup
from torchkata.atlas.gather import gather
from torchkata.atlas.site import Site
from torchkata.cases.shelf import Shelf
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.pictures.choice import Picture

TREE = Tree.find(Path(__file__))
CASES = Shelf(TREE).cases
PICTURE = Picture(
    "graph",
    "A graph",
    ("<svg><title>one</title></svg>", "<svg><title>two</title></svg>"),
    "Said.",
    "<svg><title>one</title></svg>",
    "Half said.",
)


class Page(HTMLParser):
    """The links, the ids and what is asked for, of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids, self.open = [], [], set(), []
        self.hidden, self.plain = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids |= {found["id"]} if "id" in found else set()
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        for name in ("src", "href"):
            if name in found and tag in ("script", "link", "img"):
                self.loads.append(found[name])
        if tag == "details" or "hidden" in found:
            self.open.append(tag)
        elif self.open and tag == self.open[-1]:
            self.open.append(tag + "'")

    def handle_endtag(self, tag):
        if self.open and self.open[-1].rstrip("'") == tag:
            self.open.pop()

    def handle_data(self, data):
        (self.hidden if self.open else self.plain).append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    catalogue = Catalogue(TREE)
    out = tmp_path_factory.mktemp("site")
    built = Site(catalogue, out, {catalogue.entries[0].id: [PICTURE]}).build()
    return catalogue, out, built


def pages(out):
    return {file: Page(file.read_text(encoding="utf-8")) for file in sorted(out.rglob("*.html"))}


def test_there_is_a_page_for_every_kata_and_track(site):
    catalogue, out, built = site
    for entry in catalogue.entries:
        assert (out / f"katas/{entry.id}.html").is_file()
        assert (out / f"tracks/{entry.card.track}.html").is_file()
    assert built.plain == [entry.id for entry in catalogue.entries[1:]]


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_outside(site):
    _, out, _ = site
    for file, page in pages(out).items():
        for link in page.links:
            if link.startswith(("https://", "http://")):
                continue
            path, _, place = link.partition("#")
            target = (file.parent / path).resolve() if path else file
            assert target.is_file(), f"{file}: {link}"
            assert not place or place in page.ids or path, f"{file}: {link}"
        for load in page.loads:
            assert load == "data:," or (file.parent / load).resolve().is_file(), f"{file}: {load}"


def test_the_solution_stays_folded_until_it_is_asked_for(site):
    catalogue, out, _ = site
    for entry in catalogue.entries:
        page = Page((out / f"katas/{entry.id}.html").read_text(encoding="utf-8"))
        plain = " ".join(" ".join(page.plain).split())
        hidden = " ".join(" ".join(page.hidden).split())
        assert entry.card.pitfall not in plain
        assert entry.card.pitfall in hidden
        assert "You may think" not in plain
        assert "You may think" in hidden
        assert entry.card.title in plain


def test_a_second_build_writes_nothing_and_a_changed_card_writes_its_pages(site):
    catalogue, out, _ = site
    again = Site(catalogue, out, {catalogue.entries[0].id: [PICTURE]}).build()
    assert again.written == []
    assert again.kept > len(catalogue.entries)
    (out / "katas" / f"{catalogue.entries[3].id}.html").write_text("old")
    assert len(Site(catalogue, out, {catalogue.entries[0].id: [PICTURE]}).build().written) == 1


def test_pictures_stand_on_the_page_with_their_words(site):
    catalogue, out, _ = site
    text = (out / f"katas/{catalogue.entries[0].id}.html").read_text(encoding="utf-8")
    assert "<svg><title>one</title></svg>" in text
    assert "Said." in text


def test_the_evidence_is_a_table_behind_the_solution(site):
    _, out, _ = site
    text = (out / "katas/basics/chain_rule.html").read_text(encoding="utf-8")
    records = [json.loads(line) for line in TREE.evidence.read_text(encoding="utf-8").splitlines()]
    (before,) = [r for r in records if r["kata"] == "basics/chain_rule" and r["state"] == "before"]
    (table,) = re.findall(r"<table>.*?</table>", text, re.DOTALL)
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', table)
    assert [name for name, _, _ in rows] == ["autograd", "by hand", "differences", "relative error"]
    broken, by_hand = [[float(v) for v in row[1].split(", ")] for row in rows[:2]]
    assert broken == pytest.approx(flat(before["result"]["autograd"]), rel=1e-3)
    assert by_hand == pytest.approx(flat(before["result"]["analytic"]), rel=1e-3)
    page = Page(text)
    assert "The gradient, before and after" in " ".join(page.hidden)
    assert "The gradient, before and after" not in " ".join(page.plain)


def flat(value):
    return [one for inner in value for one in flat(inner)] if isinstance(value, list) else [value]


def test_the_index_has_every_kata_and_can_close_no_script(site):
    catalogue, out, _ = site
    text = (out / "search-index.js").read_text(encoding="utf-8")
    assert "<" not in text
    data = json.loads(text.removeprefix("window.KATAS = ").rstrip(";\n"))
    assert [kata["id"] for kata in data["katas"]] == [entry.id for entry in catalogue.entries]


def words(texts):
    return " ".join(" ".join(texts).split())


def in_words(text):
    """A text of a card or a plant as a page shows it."""
    return words(Page(markup.markdown(text)).plain)


def test_there_is_a_page_for_every_project_and_case(site):
    _, out, _ = site
    index = Page((out / "cases/index.html").read_text(encoding="utf-8"))
    assert "cases/index.html" in Page((out / "index.html").read_text(encoding="utf-8")).links
    assert len(CASES) >= 60
    for case in CASES:
        project = Page((out / f"cases/{case.project.name}.html").read_text(encoding="utf-8"))
        assert f"../cases/{case.project.name}.html" in index.links
        assert f"../cases/{case.number}.html" in project.links
        for text in (case.project.about, case.project.gives, f"kata case --project {case.project.name}"):
            assert in_words(text) in words(project.plain)
        text = words(Page((out / f"cases/{case.number}.html").read_text(encoding="utf-8")).plain)
        assert in_words(case.plant.report) in text
        assert f"kata case --case {case.number}" in text


def test_nothing_of_a_case_gives_its_bug_away_before_the_click(site):
    _, out, _ = site
    for case in CASES:
        page = Page((out / f"cases/{case.number}.html").read_text(encoding="utf-8"))
        plain, hidden = words(page.plain), words(page.hidden)
        for text in (case.plant.truth, *(part for ask in case.plant.asks for part in ask)):
            assert in_words(text), f"{case.name}: {text!r} is an empty list to Markdown"
            assert in_words(text) not in plain, case.name
            assert in_words(text) in hidden, case.name
        assert f"../katas/{case.plant.kata}.html" in page.links
        assert f"What differs in {case.plant.file}" in hidden
        assert f"What differs in {case.plant.file}" not in plain
        # A plant's name says what it is; a word of the report may be one of its words all the same.
        assert case.plant.name not in plain + "".join(page.links)


def test_the_search_knows_the_reports_of_cases_and_nothing_of_their_truths(site):
    _, out, _ = site
    text = (out / "search-index.js").read_text(encoding="utf-8")
    found = json.loads(text.removeprefix("window.KATAS = ").rstrip(";\n"))["cases"]
    assert {(one["page"], one["fields"]["symptom"]) for one in found} == {
        (f"cases/{case.number}.html", case.plant.report) for case in CASES
    }
    assert all(one["fields"].keys() == {"symptom"} for one in found)
    said = json.dumps(found)
    for case in CASES:
        assert json.dumps(case.plant.truth)[1:-1] not in said
        assert case.plant.name not in said


def test_a_tree_without_cases_has_no_page_of_them(tmp_path, tree):
    Site(Catalogue(tree), tmp_path / "site", {}).build()
    assert not (tmp_path / "site" / "cases").exists()
    assert "Case files" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_no_page_shows_the_tags_of_its_code(site):
    """A renderer that is handed Markup escapes what it puts around it."""
    _, out, _ = site
    assert markup.markdown("```text\na < b\n```") == (
        '<pre><code class="language-text">a &lt; b\n</code></pre>\n'
    )
    assert [file for file in out.rglob("*.html") if "&lt;pre&gt;" in file.read_text(encoding="utf-8")] == []


def test_html_in_a_card_stays_text():
    assert "<img" not in markup.markdown("<img src=x onerror=alert(1)> and `<b>`")
    assert "<script>" not in markup.code("<script>", "python")


def test_links_are_rewritten_or_lose_their_target():
    found = markup.markdown("[a](x.md) [b](y.md)", {"x.md": "x.html"}.get)
    assert '<a href="x.html">a</a>' in found
    assert "y.md" not in found


def test_a_difference_marks_the_words_that_changed():
    (place,) = markup.difference("a = f(x)\nb = 1\n", "a = f(x.detach())\nb = 1\n", 1)
    plain = [(line.sign, line.number, re.sub(r"</?span[^>]*>", "", line.code)) for line in place]
    assert plain == [
        ("-", 1, "a = f(x)"),
        ("+", 1, "a = f(x<ins>.detach(</ins>)<ins>)</ins>"),
        (" ", 2, "b = 1"),
    ]
    assert '<span class="o">=</span>' in place[0].code  # colored as well
    assert "&lt;" in markup.difference("a", "b < c", 1)[0][1].code


def test_a_difference_has_its_places_and_their_lines(site):
    catalogue, out, _ = site
    for entry in catalogue.entries:
        text = (out / f"katas/{entry.id}.html").read_text(encoding="utf-8")
        assert text.count('<tr class="removed">') + text.count('<tr class="added">') > 0


def test_pictures_are_drawn_once_for_each_state_of_a_kata(tmp_path, monkeypatch):
    catalogue = Catalogue(TREE)
    entry = catalogue["graph/second_step"]
    monkeypatch.setattr(Tree, "private", property(lambda tree: tmp_path))
    told = []
    first = gather(catalogue, [entry], told.append)
    assert told
    assert {one.kind for one in first[entry.id]} >= {"graph"}
    second = gather(catalogue, [entry], told.append)
    assert second == first
    assert len(told) == 1
