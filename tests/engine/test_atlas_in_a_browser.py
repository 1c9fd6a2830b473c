"""The site in a real browser: what is live works by keyboard, and nothing is asked for from outside."""

import csv
import shutil
from pathlib import Path

import pytest

from torchkata.atlas.site import Site
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.pictures import graph
from torchkata.pictures.choice import Picture
from torchkata.pictures.recording import Graph

TREE = Tree.find(Path(__file__))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

KATA = "graph/two_heads_one_body"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    catalogue = Catalogue(TREE)
    drawn = graph.draw(Graph([("MeanBackward0", None), ("w", [2])], [(0, 1)], [("b", [1])]), "broken")
    folder = tmp_path_factory.mktemp("site")
    Site(
        catalogue, folder, {KATA: [Picture("graph", "A graph", (drawn, drawn), "Said.", drawn, "Half said.")]}
    ).build()
    return folder


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        one = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def page(browser):
    """A page that counts what goes wrong on it, and what it asks for elsewhere."""
    one = browser.new_page(viewport={"width": 1280, "height": 800})
    one.wrong, one.foreign = [], []
    one.on("console", lambda message: one.wrong.append(message.text) if message.type == "error" else None)
    one.on("pageerror", lambda problem: one.wrong.append(str(problem)))
    one.on(
        "request",
        lambda asked: None if asked.url.startswith(("file:", "data:")) else one.foreign.append(asked.url),
    )
    yield one
    assert one.wrong == []
    assert one.foreign == []
    one.close()


def test_the_prediction_works_by_keyboard_and_its_answer_waits_for_it(page, out):
    page.goto(f"file://{out}/katas/{KATA}.html")
    answer = page.locator(".predict .answer")
    assert not answer.is_visible()
    page.locator("input[value=A]").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[value=B]").is_checked()
    assert answer.is_visible()
    right = page.locator(".predict form").get_attribute("data-answer")
    assert page.locator(".verdict").inner_text() in (f"B: no, it's {right}.", "B: right.")


def test_solution_hints_and_pictures_open_when_asked_for(page, out):
    page.goto(f"file://{out}/katas/{KATA}.html")
    for name in ("solution", "pictures"):
        inside = page.locator(f"details.{name} > :not(summary)").first
        assert not inside.is_visible()
        page.locator(f"details.{name} > summary").focus()
        page.keyboard.press("Enter")
        assert inside.is_visible()
    assert page.locator("figure svg").first.bounding_box()["width"] > 50


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(page, out, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("index.html", "quiz.html", "tracks/graph.html", f"katas/{KATA}.html", "limits.html"):
        page.goto(f"file://{out}/{address}")
        for summary in page.locator("main > section > details > summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_every_page_loads_without_an_error(page, out):
    for file in sorted(out.rglob("*.html")):
        page.goto(f"file://{file}")
        assert page.title()


def test_the_search_finds_what_people_type(page, out):
    """Of the reports that `kata find` is measured with, nine in ten among the first six."""
    with (TREE.root / "benchmarks" / "find_queries.tsv").open(encoding="utf-8") as lines:
        asked = [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if "/" in row[-1]]
    page.goto(f"file://{out}/index.html")
    missed = []
    for text, right in asked:
        page.locator("#search").fill(text)
        hits = page.locator("#found a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        if not set(hits) & {f"katas/{kata}.html" for kata in right.split("|")}:
            missed.append(text)
    assert len(asked) >= 25
    assert len(missed) <= len(asked) / 10, missed


def test_enter_opens_the_first_hit(page, out):
    page.goto(f"file://{out}/tracks/graph.html")
    page.locator("#search").fill("Trying to backward through the graph a second time")
    page.keyboard.press("Enter")
    page.wait_for_url("**/katas/**")
    assert "/katas/graph/" in page.url
