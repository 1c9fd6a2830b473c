"""Stage, desk and phone in a real browser: one kata from symptom to rule, foreign requests refused."""

import itertools
import json
import re
import shutil
import time
import urllib.parse
from types import SimpleNamespace

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.learner.joined import Joined
from torchkata.pictures.choice import Picture
from torchkata.room import plan, session, views

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no browser here: apt-get install chromium")
PROJECTOR = {"width": 1024, "height": 768}
SOON = 60_000  # milliseconds, for a machine that is busy
KATA = "toy/double"


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium):
    """Open an address in a window of its own; at the end, nothing foreign was asked for, nothing is wrong."""
    seen = SimpleNamespace(foreign=[], wrong=[])
    windows = []

    def at(address, size=PROJECTOR):
        window = chromium.new_context(viewport=size)
        windows.append(window)
        window.set_default_timeout(SOON)
        ours = urllib.parse.urlsplit(address).netloc

        def only_ours(route):
            if urllib.parse.urlsplit(route.request.url).netloc == ours:
                route.continue_()
            else:
                seen.foreign.append(route.request.url)
                route.abort()

        window.route("**/*", only_ours)
        page = window.new_page()
        page.on("pageerror", lambda problem: seen.wrong.append(str(problem)))
        page.on("console", lambda said: seen.wrong.append(said.text) if is_wrong(said) else None)
        page.on("dialog", lambda dialog: seen.wrong.append(f"dialog {dialog.message}"))
        page.goto(address)
        return page

    yield at
    for window in windows:
        window.close()
    assert seen.foreign == []
    assert seen.wrong == []


def is_wrong(said):
    """An error on the console; that a server is away for a moment is none."""
    return said.type == "error" and "net::ERR_" not in said.text


def step(page, title):
    page.wait_for_function("title => document.querySelector('#view h2')?.textContent === title", arg=title)


def serious(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_one_kata_from_symptom_to_rule_with_the_keys(room_server, browse, toy):
    server = room_server(KATA)
    page = browse(server.stage)
    assert "token" not in page.url
    step(page, "What one sees")
    for title in ("The program", "Predict", "Run it"):
        page.keyboard.press("Space")
        step(page, title)
    page.get_by_text("every value comes out twice").wait_for()
    page.keyboard.press("h")
    page.get_by_text("What is three plus one?").wait_for()
    page.keyboard.press("b")
    step(page, "Run it")
    page.reload()  # stays at its step
    step(page, "Run it")
    page.keyboard.press("e")
    step(page, "Edit and run")

    # An edit in the page is a file on disk, and r runs it.
    page.locator(".cm-focused").wait_for()
    page.keyboard.press("Control+End")
    page.keyboard.type("# by hand")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_text("STILL THERE").wait_for()
    (copy,) = (server.root / ".kata" / "room").glob("*/stage/toy/double.py")
    assert "# by hand" in copy.read_text()

    # A save from outside is on the stage at once, and is run.
    copy.write_text(toy.program("3 * values"))
    page.get_by_text("3 * values").wait_for()
    page.get_by_text("Three times is once too often.").wait_for()

    # Ctrl-Enter runs it from inside the editor, which keeps the keys.
    page.keyboard.press("e")
    page.locator(".cm-focused").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(toy.program("2 * values"))
    page.keyboard.press("Control+Enter")
    page.get_by_text("SOLVED").wait_for()
    page.keyboard.type("# more")
    page.wait_for_timeout(500)
    assert copy.read_text().endswith("# more")

    # What was typed a moment ago isn't lost when the step is left.
    page.keyboard.type(" and more")
    page.keyboard.press("Escape")
    for title in ("What the fix changes", "Run it fixed", "Why, and the rule"):
        page.keyboard.press("Space")
        step(page, title)
    page.get_by_text("Doubling multiplies.").wait_for()
    assert copy.read_text().endswith("# more and more")
    page.keyboard.press("d")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 17, 17)"


def test_the_keys_of_the_editor_are_given_back(room_server, browse):
    server = room_server(KATA)
    page = browse(server.stage)
    for _ in range(3):  # a hand that rests on a key goes one step
        page.keyboard.down("Space")
    page.keyboard.up("Space")
    page.wait_for_timeout(1000)
    step(page, "The program")
    page.keyboard.press("e")
    step(page, "Edit and run")
    page.locator(".cm-focused").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('#editing').contains(document.activeElement)")
    # With e where the editor is there already, what changes afterwards is no reason to take the keys.
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    server.do("control", box=1e12)
    page.locator("header time").wait_for()
    assert page.locator(".cm-focused").count() == 0


def test_docstrings_fold_and_unfold(room_server, browse):
    page = browse(room_server(KATA).stage)
    page.keyboard.press("Space")
    step(page, "The program")
    prose = page.locator(".code .doc").first
    prose.wait_for(state="hidden")
    page.keyboard.press("f")
    prose.wait_for(state="visible")
    page.keyboard.press("f")
    prose.wait_for(state="hidden")


def test_a_name_that_is_markup_stays_text_and_is_never_on_the_stage(room_server, browse, tmp_path, toy):
    server = room_server(KATA)
    toy.write_kata(tmp_path / "mine")
    Joined(Tree(tmp_path / "mine")).join(server.address, server.code, "<img src=x onerror=alert(1)>")
    stage, desk = browse(server.stage), browse(server.desk)
    desk.get_by_text("1 learner joined").click()
    desk.get_by_text("<img src=x onerror=alert(1)>").wait_for()
    assert desk.locator("img").count() == 0
    step(stage, "What one sees")
    assert "onerror" not in stage.content()
    assert "0 of 1 solved" in stage.content()


def test_a_phone_votes_and_the_stage_shows_it_once_it_is_told_to(room_server, browse):
    server = room_server(KATA)
    stage, desk = browse(server.stage), browse(server.desk)
    phone = browse(f"http://{server.address}/?code={server.code}", {"width": 390, "height": 800})
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Join").click()
    phone.get_by_text("nothing to vote on").wait_for()
    step(stage, "What one sees")
    stage.keyboard.press("Space")
    stage.keyboard.press("Space")
    step(stage, "Predict")
    phone.get_by_role("button", name="B two").click()
    stage.get_by_text("1 voted").wait_for()
    assert stage.locator("meter").count() == 0
    assert serious(phone) == []
    desk.get_by_role("button", name="Show votes").click()
    stage.locator("meter").first.wait_for()
    desk.get_by_role("button", name="Undo").click()
    stage.get_by_text("1 voted").wait_for()
    assert stage.locator("meter").count() == 0


def test_a_page_goes_on_when_its_server_was_killed_and_started_again(room_server, browse):
    server = room_server(KATA)
    page = browse(server.stage)
    page.keyboard.press("Space")
    step(page, "The program")
    server.kill()
    page.get_by_text("The server is away").wait_for()
    server.start()
    page.wait_for_function("() => !document.getElementById('trouble').textContent")
    step(page, "The program")
    page.keyboard.press("Space")
    step(page, "Predict")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_was_typed_while_the_server_was_away_is_saved_once_it_is_back(room_server, browse, toy, ends):
    server = room_server(KATA)
    page = browse(server.stage)
    page.keyboard.press("e")
    page.locator(".cm-focused").wait_for()
    (copy,) = (server.root / ".kata" / "room").glob("*/stage/toy/double.py")
    copy.write_bytes(toy.program("3 * values").replace("\n", ends).encode())
    page.get_by_text("3 * values").wait_for()
    server.kill()
    page.get_by_text("The server is away").wait_for()
    page.keyboard.press("Control+End")
    page.keyboard.type("# meanwhile")
    page.wait_for_timeout(500)
    server.start()
    page.wait_for_function("() => !document.getElementById('trouble').textContent")
    page.wait_for_timeout(1000)
    assert copy.read_text().endswith("# meanwhile")
    page.keyboard.type(", and after")
    page.wait_for_timeout(1000)
    assert copy.read_text().endswith("# meanwhile, and after")
    assert "# meanwhile, and after" in page.locator(".cm-content").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_stage_and_desk(room_server, browse, theme):
    server = room_server(KATA)
    stage, desk = browse(server.stage), browse(server.desk)
    step(stage, "What one sees")
    if theme == "dark":
        stage.keyboard.press("d")
    titles = ["What one sees", "The program", "Predict", "Run it", "Hints", "Edit and run"]
    titles += ["What the fix changes", "Run it fixed", "Why, and the rule"]
    for title in titles:
        step(stage, title)
        if title in ("Run it", "Run it fixed"):
            stage.locator(".verdict").wait_for()
        if title == "Hints":
            stage.keyboard.press("h")
            stage.locator(".hint").wait_for()
        assert serious(stage) == [], title
        stage.keyboard.press("Space")
    desk.get_by_text("Who needs a human next").wait_for()
    assert serious(desk) == []


@pytest.fixture
def fed(room_server, browse):
    """The stage, showing what it is given in the place of what its server would say."""
    server = room_server(KATA)
    now = SimpleNamespace(html="")
    page = browse(server.stage)
    page.route("**/stage/view", lambda route: route.fulfill(body=now.html, content_type="text/html"))

    def show(html, kata):
        now.html = html
        server.do("control", box=next(times))  # something has changed: look again
        page.wait_for_function(
            "kata => document.querySelector('header p')?.textContent.startsWith(kata + ' ')", arg=kata
        )
        return page

    times = itertools.count(1e12)
    return show


def on_stage(entry, folder, step, drawn=(), picture=0):
    """What the stage shows of a kata in a step."""
    here = session.Session(plan.of([entry]), session.Journal(folder / f"{entry.id}.jsonl"))
    here.go(step)
    here.control(picture=picture)
    return views.stage(here, SimpleNamespace(ran={}, running=set(), drawn={entry.id: list(drawn)}))


def test_every_line_of_the_difference_is_on_a_projector_in_all_katas(fed, repository, tmp_path):
    wrong = {}
    for entry in Catalogue(repository).entries:
        page = fed(on_stage(entry, tmp_path, "difference"), entry.id)
        lines = page.evaluate(
            """[...document.querySelectorAll(".code li")].map((line) => {
                const box = line.getBoundingClientRect();
                return [box.top, box.bottom, box.right, parseFloat(getComputedStyle(line).fontSize)];
            })"""
        )
        footer = page.evaluate("document.querySelector('footer').getBoundingClientRect().top")
        outside = [line for line in lines if line[0] < 0 or line[1] > footer or line[2] > PROJECTOR["width"]]
        too_small = [line for line in lines if line[3] < 18]
        wide = page.evaluate("document.documentElement.scrollWidth") > PROJECTOR["width"]
        if not lines or outside or too_small or wide:
            wrong[entry.id] = outside, too_small, wide
    assert wrong == {}


def test_a_difference_that_is_too_long_shrinks_and_no_further_than_can_be_read(fed, repository, tmp_path):
    (entry, other, *_) = Catalogue(repository).entries
    sizes = []
    for number, count in enumerate((5, 24, 28, 90)):
        lines = "".join(f'<li value="{n}" class="added"><code>x</code></li>' for n in range(count))
        kata = f"{entry.id}{number}"
        html = on_stage(other, tmp_path / str(number), "difference").replace(other.id, kata)
        page = fed(re.sub(r"<ol.*</ol>", f'<ol class="code">{lines}</ol>', html, flags=re.DOTALL), kata)
        sizes.append(page.evaluate("getComputedStyle(document.querySelector('.code')).fontSize"))
    assert sizes == ["22px", "20px", "18px", "18px"]


WIDE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 730 258" width="730"><title>x</title></svg>'
TALL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 144 606" width="144"><title>x</title></svg>'
SMALL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" width="100"><title>x</title></svg>'


@pytest.mark.parametrize("svgs", [(WIDE, WIDE), (TALL, TALL), (WIDE, TALL), (SMALL,), (TALL,)])
def test_pictures_are_as_large_as_the_screen_has_room_for(fed, repository, tmp_path, svgs):
    (entry, *_) = Catalogue(repository).entries
    page = fed(on_stage(entry, tmp_path, "green", [Picture("x", "X", svgs, "", "", "")], 1), entry.id)
    boxes = page.evaluate(
        """[...document.querySelectorAll(".pair svg")].map((svg) => {
            const box = svg.getBoundingClientRect();
            return [box.left, box.top, box.right, box.bottom, box.width / svg.viewBox.baseVal.width];
        })"""
    )
    footer = page.evaluate("document.querySelector('footer').getBoundingClientRect().top")
    for left, top, right, bottom, _ in boxes:
        assert 0 <= left < right <= PROJECTOR["width"]
        assert 0 <= top < bottom <= footer
    scale = boxes[0][4]
    assert scale == pytest.approx(boxes[-1][4], rel=0.01)
    edges = max(box[2] for box in boxes) > 900 or max(box[3] for box in boxes) > footer - 100
    assert scale == 2 or edges
    if len(boxes) == 2:
        beside = boxes[0][1] == boxes[1][1]
        assert beside == (svgs != (WIDE, WIDE))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pictures_of_a_kata_are_drawn_while_the_room_is_open(
    room_server, browse, repository, theme, tmp_path
):
    for name in ("katas", "broken", "fixed", "tests", "pyproject.toml", "conftest.py", "evidence.jsonl"):
        (tmp_path / name).symlink_to(repository.root / name)
    server = room_server("autograd/gradient_penalty", root=tmp_path)
    stage, desk = browse(server.stage), browse(server.desk)
    step(stage, "What one sees")
    if theme == "dark":
        stage.keyboard.press("d")
    server.do("control", step=3)
    step(stage, "Run it")
    stage.get_by_text("p shows the gradient, three ways, and 3 more").wait_for()
    stage.keyboard.press("p")
    stage.get_by_text("1 of 4").wait_for()
    assert stage.locator(".picture svg").count() == 1
    assert "fixed" not in stage.locator(".picture").inner_text()
    assert serious(stage) == []
    stage.reload()  # stays where it was
    stage.get_by_text("1 of 4").wait_for()
    desk.get_by_role("button", name="Picture 1 of 4").click()
    stage.get_by_text("2 of 4").wait_for()
    server.do("control", step=7)
    step(stage, "Run it fixed")
    for number, count in ((1, 2), (2, 2), (3, 1), (4, 1)):
        stage.keyboard.press("p")
        stage.get_by_text(f"{number} of 4").wait_for()
        assert stage.locator(".picture svg").count() == count
        assert "fixed" in stage.locator(".picture").inner_text()
        assert serious(stage) == []
    stage.keyboard.press("p")
    stage.locator(".verdict").wait_for()


def test_a_helper_claims_a_row_under_the_name_that_was_typed(room_server, browse, tmp_path, toy):
    server = room_server(KATA)
    toy.write_kata(tmp_path / "mine")
    me = Joined(Tree(tmp_path / "mine"))
    me.join(server.address, server.code, "ann")
    me.progress.record("room", "flag", flag="help")
    me.send()
    desk = browse(server.desk)
    desk.get_by_role("button", name="I'll go").click()  # without a name it's whoever sits here
    desk.get_by_text("The facilitator is there").first.wait_for()
    assert me.send()["helper"] == "The facilitator"
    desk.get_by_role("button", name="Give back").click()
    desk.get_by_role("button", name="I'll go").wait_for()
    desk.locator("#helper").click()
    desk.keyboard.type("Jo")
    server.do("next")  # the desk changes while somebody is typing
    desk.get_by_text("Now: The program").wait_for()
    desk.keyboard.type("el")
    desk.get_by_role("button", name="Joel goes").click()
    desk.get_by_text("Joel is there").first.wait_for()
    assert me.send()["helper"] == "Joel"
    assert serious(desk) == []
    desk.get_by_role("button", name="Undo").click()
    desk.get_by_role("button", name="Joel goes").wait_for()  # and the name stays for the next row
    assert me.send()["helper"] == ""


def in_sight(page, selector):
    """Whether every one of these is on the screen as a whole, and inside the box that it scrolls in."""
    return page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].map((one) => {
            const box = one.getBoundingClientRect();
            const pane = one.closest(".panes section") ?? document.documentElement;
            const around = pane.getBoundingClientRect();
            return box.height > 0 && box.top >= Math.max(0, around.top) && box.left >= around.left - 1
                && box.bottom <= Math.min(innerHeight, around.bottom) && box.right <= around.right + 1;
        })""",
        selector,
    )


def test_who_needs_help_what_is_next_the_clock_and_the_controls_are_in_sight_without_scrolling(
    room_server, browse, repository, tmp_path
):
    for name in ("katas", "broken", "fixed", "tests", "plans", "pyproject.toml", "conftest.py"):
        (tmp_path / name).symlink_to(repository.root / name)
    server = room_server("forty_five_minutes", root=tmp_path)
    server.do("part", part=1)
    server.do("hand", letter="A", by=1)
    server.do("again")
    server.do("control", flags_please=True)
    server.do("box", minutes=5)
    journal = next((tmp_path / ".kata" / "room").glob("*/events.jsonl"))
    server.kill()
    with journal.open("a") as file:
        for number in range(30):
            seat = {"at": time.time(), "seat": f"s{number}", "key": f"{number:064}"}
            print(
                json.dumps({"what": "join", "name": f"somebody with a long name {number}", **seat}), file=file
            )
            print(json.dumps({"what": "flag", "flag": "help", **seat}), file=file)
    server.start()
    desk = browse(server.desk)
    desk.get_by_text("30 learners joined").wait_for(state="attached")
    size = desk.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [PROJECTOR["width"], PROJECTOR["height"]]
    for selector in ("h2", "header p", ".controls button", ".plan td", ".votes td", ".votes th"):
        assert set(in_sight(desk, selector)) == {True}, selector
    rows = in_sight(desk, ".needs li")
    assert len(rows) == 30
    assert rows[:4] == [True] * 4
    assert serious(desk) == []

    # Who reads further down stays there when something changes, and begins at the top in another part.
    desk.locator(".help").evaluate("one => { one.scrollTop = 500; one.focus(); }")
    server.do("next")
    desk.get_by_text("Now: The program").wait_for()
    assert desk.locator(".help").evaluate("one => [one.scrollTop, document.activeElement === one]") == [
        500,
        True,
    ]
    server.do("part", part=0)
    desk.get_by_text("Now: Welcome").wait_for()
    assert desk.locator(".help").evaluate("one => one.scrollTop") == 0


def test_the_desk_scrolls_as_a_whole_where_there_is_no_room_for_columns(room_server, browse):
    desk = browse(room_server(KATA).desk, {"width": 600, "height": 500})
    desk.get_by_text("Who needs a human next").wait_for()
    assert desk.evaluate("document.documentElement.scrollWidth") == 600
    order = desk.locator("h2").all_inner_texts()
    assert order[0] == "Who needs a human next"
    tops = desk.evaluate(
        "[...document.querySelectorAll('.panes section')].map((one) => one.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops) != []


def test_a_line_that_wraps_goes_on_further_in_than_it_began(fed, repository, tmp_path):
    entry = Catalogue(repository)["modes/evaluate_twice"]
    page = fed(on_stage(entry, tmp_path, "code"), entry.id)
    lefts = page.evaluate(
        """[...document.querySelectorAll(".code li:not(.doc) code")].map((code) => {
            const range = document.createRange();
            range.selectNodeContents(code);
            return [...range.getClientRects()].map((box) => [box.top, box.left]);
        })"""
    )
    wrapped = [boxes for boxes in lefts if len({round(top / 4) for top, _ in boxes}) > 1]
    assert wrapped
    for boxes in wrapped:
        tops = sorted({top for top, _ in boxes})
        begins = [min(left for top, left in boxes if top == one) for one in tops]
        assert begins[1] > begins[0]


def test_a_line_that_wraps_in_the_editor_does_so_too_and_a_click_lands_where_it_should(
    room_server, browse, toy
):
    server = room_server(KATA)
    page = browse(server.stage)
    server.do("control", step=5)
    step(page, "Edit and run")
    (copy,) = (server.root / ".kata" / "room").glob("*/stage/toy/double.py")
    copy.write_text(toy.program("values" + " + 0 * values" * 12 + " + last"))
    line = page.locator("#editing .cm-line", has_text="+ last")
    line.wait_for()
    tops = line.evaluate(
        """one => {
            const range = document.createRange();
            range.selectNodeContents(one);
            const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
            const rows = Map.groupBy(boxes, (box) => Math.round(box.top / 8));
            return [...rows.values()].map((row) => Math.min(...row.map((box) => box.left)));
        }"""
    )
    first, *others = tops
    assert others
    assert min(others) > first + 50  # four characters
    box = line.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + box["height"] - 6)
    page.keyboard.type("_word")
    page.locator("#editing").get_by_text("+ last_word").wait_for()


def test_a_phone_of_360_pixels_has_the_question_and_all_answers_on_one_screen(room_server, browse):
    server = room_server(KATA)
    server.do("control", step=2)
    phone = browse(f"http://{server.address}/", {"width": 360, "height": 640})
    assert serious(phone) == []
    phone.locator("input[name=code]").fill(server.code)
    phone.get_by_role("button", name="Join").click()
    phone.get_by_role("button", name="B two").wait_for()
    phone.wait_for_load_state()  # with its style: until then nothing has a place
    gap = phone.evaluate(
        """document.querySelector(".leave").getBoundingClientRect().top
           - [...document.querySelectorAll(".votes button")].at(-1).getBoundingClientRect().bottom"""
    )
    assert gap >= 48  # nobody erases their seat who wanted to vote
    phone.get_by_role("button", name="B two").click()
    phone.get_by_text("You voted B.").wait_for()
    assert set(in_sight(phone, ".votes button")) == {True}
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert serious(phone) == []


def test_on_a_larger_projector_everything_is_larger_and_the_editor_still_knows_where_one_clicks(
    room_server, browse
):
    server = room_server(KATA)
    page = browse(server.stage, {"width": 1920, "height": 1080})
    server.do("control", step=5)
    step(page, "Edit and run")
    editor = page.locator("#editing")
    line = editor.get_by_text("return values + 1")
    line.wait_for()
    sizes = "one => parseFloat(getComputedStyle(one).fontSize)"
    assert line.evaluate(sizes) == pytest.approx(22 * 1080 / 768, rel=0.01)
    assert page.locator("h2").evaluate(sizes) == pytest.approx(18 * 1080 / 768, rel=0.01)
    box = line.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
    page.keyboard.press("End")
    page.keyboard.type("  # here")
    editor.get_by_text("return values + 1  # here").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 1920


def test_a_difference_fits_a_larger_projector_too(fed, repository, tmp_path):
    longest = sorted(
        Catalogue(repository).entries, key=lambda one: -len(on_stage(one, tmp_path / "a", "difference"))
    )
    for entry in longest[:5]:
        page = fed(on_stage(entry, tmp_path / "b", "difference"), entry.id)
        page.set_viewport_size({"width": 1920, "height": 1080})
        bottom = page.evaluate(
            "[...document.querySelectorAll('.code li')].at(-1).getBoundingClientRect().bottom"
        )
        assert bottom <= page.evaluate("document.querySelector('footer').getBoundingClientRect().top")
        page.set_viewport_size(PROJECTOR)


def test_of_a_long_plan_the_desk_shows_where_we_are(room_server, browse, repository, tmp_path):
    for name in ("katas", "broken", "fixed", "tests", "plans", "pyproject.toml", "conftest.py"):
        (tmp_path / name).symlink_to(repository.root / name)
    server = room_server("policy_gradients", root=tmp_path)
    server.do("part", part=9)
    desk = browse(server.desk)
    desk.locator("[aria-current]").wait_for()
    assert in_sight(desk, "[aria-current] td") == [True] * 4
    server.do("part", part=0)
    desk.get_by_text("Now: Welcome").wait_for()
    assert in_sight(desk, "[aria-current] td") == [True] * 4
