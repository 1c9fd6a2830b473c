"""The site in a real browser: what is live works by keyboard, and nothing is asked for from outside."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.atlas.site import Site
from torchkata.cases.shelf import Shelf
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.pictures import curve, graph
from torchkata.pictures.choice import Picture
from torchkata.pictures.recording import Graph

TREE = Tree.find(Path(__file__))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

KATA = "graph/two_heads_one_body"
CASE = next(case for case in Shelf(TREE).cases if case.plant.name == "one_block_again")


# Every kind of page that is about cases.
CASES = ("cases/index.html", f"cases/{CASE.project.name}.html", f"cases/{CASE.number}.html")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    catalogue = Catalogue(TREE)
    line = curve.draw([5.0, 32.9, 70.0], [5.0, 4.0, 3.0], "loss")
    drawn = graph.draw(Graph([("MeanBackward0", None), ("w", [2])], [(0, 1)], [("b", [1])]), "broken")
    folder = tmp_path_factory.mktemp("site")
    pictures = [
        Picture("graph", "A graph", (drawn, drawn), "Said.", drawn, "Half said."),
        Picture("curve", "A curve", (line,), "Said.", line, "Half said."),
    ]
    Site(catalogue, folder, {KATA: pictures}).build()
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


def reveal(page):
    """Open what is folded, and what is folded in it."""
    for summary in page.locator("main summary").all():
        if summary.is_visible():
            summary.click()


def test_a_case_says_what_it_was_when_asked_and_its_questions_one_by_one(page, out):
    page.goto(f"file://{out}/{CASES[-1]}")
    question, answer = CASE.plant.asks[0]
    assert not page.get_by_text(question).is_visible()
    page.locator(".asks > details > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text(question).is_visible()
    assert not page.get_by_text(answer).is_visible()
    page.locator(".asks details details > summary").first.click()
    assert page.get_by_text(answer).is_visible()
    assert not page.locator(".difference").is_visible()
    page.locator("details.solution > summary").click()
    assert page.locator(".difference").is_visible()
    page.locator("details.solution a").click()
    assert page.url.endswith(f"katas/{CASE.plant.kata}.html")


def test_the_search_finds_a_case_by_its_report_behind_the_katas(page, out):
    page.goto(f"file://{out}/{CASES[0]}")
    page.locator("#search").fill("depth 4 or 8 in the config doesn't get us anywhere, night pictures")
    hits = page.locator("#found a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert f"../{CASES[-1]}" in hits[-2:]
    assert all(hit.startswith("../katas/") for hit in hits[:-2])
    page.locator("#search").fill(" ".join(CASE.plant.diagnosis))
    assert page.locator("#found a").last.is_visible()
    page.locator("#found a").last.click()
    assert "/cases/" in page.url


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(page, out, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in (
        "index.html",
        "quiz.html",
        "tracks/graph.html",
        f"katas/{KATA}.html",
        "limits.html",
        *CASES,
    ):
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


# What people's own programs raise, and the katas that are about it.
RAISES = {
    "rnn = torch.nn.LSTM(3, 4)\nstate = None\nfor batch in torch.randn(3, 5, 2, 3):\n"
    "    scores, state = rnn(batch, state)\n    scores.square().mean().backward()": (
        "graph/long_sequence graph/second_step graph/two_heads_one_body policy_gradients/recurrent_policy"
    ),
    "model = torch.nn.Linear(3, 1)\nwith torch.no_grad():\n    loss = model(torch.randn(4, 3)).mean()\n"
    "loss.backward()": "autograd/fit_gain policy_gradients/episode_log",
    "criterion = torch.nn.CrossEntropyLoss(reduction='none')\n"
    "logits = torch.randn(4, 3, requires_grad=True)\n"
    "criterion(logits, torch.tensor([0, 1, 2, 0])).backward()": "autograd/per_sample_loss",
    "weight = torch.randn(3, requires_grad=True)\nweight.square().sum().backward()\n"
    "weight -= 0.1 * weight.grad": "inplace/hand_written_step",
    "hidden = torch.randn(2, 3, requires_grad=True).sigmoid()\nhidden += 1\nhidden.sum().backward()": (
        "inplace/scaled_activation graph/adversarial_round"
    ),
}
RUN = """
import json, pathlib, sys, traceback
import torch

said = []
for number, program in enumerate(json.load(sys.stdin)):
    file = pathlib.Path(f"train_{number}.py")
    file.write_text(program)
    try:
        exec(compile(program, str(file), "exec"), {"torch": torch})
    except Exception:
        said.append(traceback.format_exc())
print(json.dumps(said))
"""


def test_a_pasted_traceback_finds_its_kata_first(page, out, tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", RUN]
    done = subprocess.run(
        command, input=json.dumps(list(RAISES)), cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    pasted = json.loads(done.stdout)
    assert len(pasted) == 5
    assert all(text.startswith("Traceback") and text.count("\n") > 4 for text in pasted)
    for text, right in zip(pasted, RAISES.values(), strict=True):
        page.goto(f"file://{out}/index.html")
        page.locator("#search").focus()
        page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.setData("text", text);
              const how = {clipboardData: data, bubbles: true, cancelable: true};
              document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            text,
        )
        page.keyboard.press("Enter")
        page.wait_for_url("**/katas/**")
        assert page.url.partition("/katas/")[2].removesuffix(".html") in right.split(), text
        # A browser may hand it over as one line.
        page.locator("#search").fill(" ".join(text.split()))
        first = page.locator("#found a").first.get_attribute("href")
        assert first.partition("katas/")[2].removesuffix(".html") in right.split(), text


def test_enter_opens_the_first_hit(page, out):
    page.goto(f"file://{out}/tracks/graph.html")
    page.locator("#search").fill("Trying to backward through the graph a second time")
    assert page.locator("#found p").first.inner_text().endswith(" …")  # its symptom, to choose by
    page.keyboard.press("Enter")
    page.wait_for_url("**/katas/**")
    assert "/katas/graph/" in page.url


# Accessibility


def serious(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in axe.Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(browser, out, scheme, width):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    documents = sorted(file.name for file in out.glob("*.html"))
    assert {"index.html", "quiz.html", "policy-gradients.html", "json.html"} <= set(documents)
    found = {}
    for address in (*documents, "tracks/graph.html", *CASES, f"katas/{KATA}.html"):
        page.goto(f"file://{out}/{address}")
        found[address] = serious(page)
        if address == CASES[-1]:
            reveal(page)
            assert page.locator(".difference").is_visible()
            found["a case, with everything revealed"] = serious(page)
    page.locator("input[value=B]").check()
    reveal(page)
    assert page.locator(".difference").is_visible()
    found["a kata, with everything revealed"] = serious(page)
    page.locator("#search").fill("backward through the graph a second time")
    page.locator("#found a").first.wait_for()
    found["hits of the search"] = serious(page)
    page.close()
    assert {where: what for where, what in found.items() if what} == {}
