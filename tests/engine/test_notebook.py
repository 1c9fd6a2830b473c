"""Katas in a real notebook: a kernel of its own runs the cells, as Jupyter, VS Code and Colab would."""

import json
import os
import re
import shutil
import signal
import threading
import time
from pathlib import Path

import nbformat
import pytest

from torchkata.learner.progress import Progress

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
PATIENCE = 120  # seconds after which a cell hangs
KATA = "toy/double"


class Kernel:
    """One kernel in one folder; runs a cell, and says what became of it."""

    def __init__(self, folder, environment):
        notebook = nbformat.v4.new_notebook()
        self.client = nbclient.NotebookClient(
            notebook,
            timeout=PATIENCE,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            allow_errors=True,
            on_cell_executed=self._executed,
        )
        self.notebook, self.environment = notebook, environment
        self.reply = {}

    def __enter__(self):
        self.context = self.client.setup_kernel(env={**os.environ, **self.environment})
        self.context.__enter__()
        self.run("%load_ext torchkata")
        return self

    def __exit__(self, *problem):
        self.context.__exit__(*problem)

    def _executed(self, cell, cell_index, execute_reply):
        self.reply = execute_reply["content"]

    def run(self, source):
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.cell = self.client.execute_cell(cell, len(self.notebook.cells) - 1)
        return self.shown("text/plain")

    def shown(self, kind):
        found = [output.data[kind] for output in self.cell.outputs if kind in output.get("data", {})]
        return "\n".join(found)

    @property
    def next_cell(self):
        (text,) = [one["text"] for one in self.reply["payload"] if one["source"] == "set_next_input"]
        return text

    @property
    def said_wrong(self):
        """What stands in red below the cell."""
        streams = [output.text for output in self.cell.outputs if output.output_type == "stream"]
        raised = ["\n".join(o.traceback) for o in self.cell.outputs if o.output_type == "error"]
        return "\n".join([*streams, *raised])


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Nobody's settings for Jupyter or IPython but these."""
    home = tmp_path_factory.mktemp("jupyter")
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    return {name: str(home / name.lower()) for name in names}


@pytest.fixture(scope="module")
def kernel(dojo, environment):
    with Kernel(dojo.root, environment) as started:
        yield started


@pytest.fixture
def kata(dojo):
    return dojo.kata(KATA)


def cell(body, toy, more=""):
    return f"%%kata {KATA}{more}\n{toy.program(body)}"


def events(dojo):
    return [(e["event"], e.get("verdict", "")) for e in Progress(dojo).events()]


def test_a_kata_shows_its_card_and_puts_the_broken_program_into_the_next_cell(kernel, kata, toy):
    said = kernel.run(f"%kata {KATA}")
    assert "Some values come out wrong" in said
    assert "Three comes out as four." in said
    assert "You may think" not in said
    assert "<h3>Symptom</h3>" in kernel.shown("text/html")
    assert kernel.next_cell == f"%%kata {KATA}\n{toy.program('values + 1').rstrip()}"
    assert kata.copy.read_text() == toy.program("values + 1")


def test_the_program_as_it_was_put_there_is_untouched(kernel):
    kernel.run(f"%kata {KATA}")
    assert kernel.run(kernel.next_cell).startswith("UNTOUCHED")


def test_a_right_fix_is_solved_with_difference_rule_and_what_comes_next(kernel, dojo, kata, toy):
    kernel.run("%kata predict B")
    said = kernel.run(cell("values * 2", toy))
    assert said.startswith(f"SOLVED  {KATA}")
    assert "You predicted B: right." in said
    assert "Doubling multiplies." in said
    assert "adds-instead" in said
    assert '<table class="difference">' in kernel.shown("text/html")
    assert kata.copy.read_text() == toy.program("values * 2")
    assert events(dojo)[-1] == ("verdict", "solved")
    assert Progress(dojo).state(kata) == "solved"


def test_a_known_wrong_fix_is_named_and_the_texts_before_it_are_kept(kernel, dojo, kata, toy):
    said = kernel.run(cell("3 * values", toy))
    assert said.startswith(f"WRONG FIX  {KATA}")
    assert "Three times is once too often." in said
    assert "Line 15 of your program: return 3 * values" not in said  # a known dead end has its explanation
    kept = [version.file.read_text() for version in Progress(dojo).versions(kata)]
    assert toy.program("3 * values") in kept
    assert toy.program("values * 2") in kept


def test_a_failing_program_is_shown_with_its_sentence_and_both_values(kernel, toy):
    said = kernel.run(cell("5 * values", toy))
    assert said.startswith(f"NOT YET  {KATA}")
    assert "every value comes out twice" in said
    assert re.search(r"\b15\b", said)


def test_a_syntax_error_is_shown_at_its_line(kernel, toy):
    said = kernel.run(cell("values * (2", toy))
    assert said.startswith(f"CANNOT RUN  {KATA}")
    assert "Line 14 of your program: return values * (2" in said
    html = kernel.shown("text/html")
    assert "<strong>→  14      return values * (2</strong>" in html


def endless(toy):
    return toy.program("values").replace("    return", "    while True:\n        pass\n    return")


def test_an_endless_loop_ends_by_the_limit_and_the_kernel_goes_on(kernel, toy):
    said = kernel.run(f"%%kata {KATA} --timeout 1\n{endless(toy)}")
    assert said.startswith(f"TOO SLOW  {KATA}")
    assert "1 s" in said
    assert kernel.run("1 + 1") == "2"


def test_an_interrupt_calls_the_check_off_and_keeps_the_text(kernel, dojo, kata, toy):
    before = events(dojo)
    pid = int(kernel.run("import os; os.getpid()"))

    def interrupt():
        while kata.copy.read_text() != endless(toy):
            time.sleep(0.01)
        time.sleep(0.5)
        os.killpg(os.getpgid(pid), signal.SIGINT)  # to all processes of the kernel's, as Jupyter does it

    waiting = threading.Thread(target=interrupt)
    waiting.start()
    kernel.run(f"%%kata {KATA} --timeout 600\n{endless(toy)}")
    waiting.join()
    assert "Called off. Your text is kept" in kernel.said_wrong
    assert "Traceback" not in kernel.said_wrong
    assert kernel.reply["status"] == "error"  # so that cells that wait behind it don't run
    assert events(dojo) == before
    assert kata.copy.read_text() == endless(toy)
    alive = kernel.run(WORKER)
    assert kernel.run(cell("2 * values", toy, " --timeout 600")).startswith("SOLVED")
    assert kernel.run(WORKER) == alive  # the warm worker didn't hear of it


WORKER = "get_ipython().magics_manager.magics['line']['kata'].desk._judge.worker.process.pid"


def test_html_of_a_program_is_text(kernel, toy):
    body = """(print("<script>alert(1)</script>"), 5 * values)[1]"""
    kernel.run(cell(body, toy))
    html = kernel.shown("text/html")
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html


def test_hints_answer_and_list(kernel, dojo, kata, toy):
    kernel.run("%kata reset")
    assert kernel.next_cell.endswith(toy.program("values + 1").rstrip())
    assert "What is three plus one?" in kernel.run("%kata hint")
    assert Progress(dojo).hints(kata) == 1
    assert "toy/double  started" in kernel.run("%kata list")
    kernel.run("%kata answer")
    assert "isn't solved yet" in kernel.said_wrong
    assert "Doubling multiplies." in kernel.run("%kata answer --anyway")
    assert events(dojo)[-1] == ("gave up", "")
    kernel.run("%kata hint")
    assert "(a) add more, or (b) multiply?" in kernel.run("%kata hint")
    assert "Those are all." in kernel.run("%kata hint")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("%kata toy/duoble", "did you mean toy/double"),
        ("%%kata\nx = 1", "a cell belongs to one kata"),
        (f"%%kata {KATA} --timeout nan\nx = 1", "takes a number of seconds"),
        ("%kata predict E", "a prediction is a letter"),
        ("%kata --what", "unrecognized arguments"),
        ("%kata 'x", "No closing quotation"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(kernel, typed, said):
    kernel.run(typed)
    assert said in kernel.said_wrong
    assert "Traceback" not in kernel.said_wrong


def test_a_verdict_that_cannot_be_recorded_is_shown_all_the_same(tree, environment, toy):
    tree.private.write_text("a file where a folder should be")
    tree.kata(KATA).copy.write_bytes(b"# caf\xe9\n")
    with Kernel(tree.root, environment) as kernel:
        kernel.run(f"%kata {KATA}")
        assert kernel.next_cell == f"%%kata {KATA}\n# caf\N{REPLACEMENT CHARACTER}"
        said = kernel.run(cell("2 * values", toy))
    assert said.startswith("SOLVED")
    assert "Not recorded: " in said


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(") ")[1][:1]


@pytest.mark.parametrize("leaves", ["unload", "exit", "kill"])
def test_the_worker_ends_with_the_kernel_however_that_ends(dojo, environment, toy, leaves):
    with Kernel(dojo.root, environment) as kernel:
        kernel.run(cell("2 * values", toy))
        worker, own = int(kernel.run(WORKER)), int(kernel.run("import os; os.getpid()"))
        assert is_alive(worker)
        if leaves == "unload":
            kernel.run("%unload_ext torchkata")
            assert not is_alive(worker)
            kernel.run(f"%kata {KATA}")
            assert "not found" in kernel.said_wrong
        elif leaves == "kill":
            os.kill(own, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while is_alive(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(worker)


def test_where_there_are_no_katas_a_dojo_is_made_beside_the_notebook_once(tmp_path, environment):
    for first in (True, False):
        with Kernel(tmp_path, environment) as kernel:
            said = kernel.run("%kata list")
        assert ("a dojo of your own was made, in dojo/" in said) is first
        assert "basics/square  new" in said
    assert (tmp_path / "dojo" / "katas" / "graph" / "second_step.py").is_file()


# What it looks like

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
THEMES = {
    "JupyterLab, light": "data-jp-theme-light=true style='background:#fff;color:#000'",
    "JupyterLab, dark": "data-jp-theme-light=false style='background:#111;color:#eee'",
    "VS Code, dark": "class=vscode-dark style='background:#1f1f1f;color:#ccc'",
}


@pytest.mark.skipif(BROWSER is None, reason="no browser here: apt-get install chromium")
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_what_cells_show(repository, theme):
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    notebook = nbformat.read(repository.root / "docs" / "notebook.ipynb", as_version=4)
    shown = [output.data["text/html"] for one in notebook.cells for output in one.get("outputs", [])]
    assert len(shown) >= 7
    text = (
        f"<html lang=en><title>Cells</title><body {THEMES[theme]}><main><h1>Cells</h1>{''.join(shown)}</main>"
    )
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light", viewport={"width": 600, "height": 800})
        page.set_content(text)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = axe.Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"][:100] for node in one["nodes"][:3]]) for one in serious] == []
    assert wide <= 600


# The notebook of the docs


def steady(cells):
    """The outputs without what differs between two runs: how long a check took."""
    text = json.dumps([[dict(output) for output in cell.get("outputs", [])] for cell in cells])
    return json.loads(re.sub(r"tests in \d+\.\d\d s", "tests in 0.02 s", text))


def test_the_notebook_of_the_docs_shows_what_it_gives(tmp_path, environment, repository):
    """Executed where nothing but torchkata is; with KATA_WRITE_DOCS=1 its outputs are written anew."""
    file = repository.root / "docs" / "notebook.ipynb"
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    committed = steady(notebook.cells)
    for one in notebook.cells:
        if one.cell_type == "code":
            one.outputs, one.execution_count = [], None
    client = nbclient.NotebookClient(
        notebook, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    with client.setup_kernel(env={**os.environ, **environment}):
        for number, one in enumerate(notebook.cells):
            client.execute_cell(one, number)
            one.metadata.pop("execution", None)  # when it was run
    executed = steady(notebook.cells)
    if os.environ.get("KATA_WRITE_DOCS"):
        for one, outputs in zip(notebook.cells, executed, strict=True):
            if one.cell_type == "code":
                one.outputs = [nbformat.from_dict(output) for output in outputs]
        notebook.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        file.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    assert executed == committed, "renew it: KATA_WRITE_DOCS=1 pytest -k notebook_of_the_docs"
    said = [output for outputs in executed for output in outputs]
    assert any(output["data"]["text/plain"].startswith("SOLVED") for output in said)
