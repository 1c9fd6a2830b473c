"""Katas in a real notebook: a kernel of its own runs the cells, as Jupyter, VS Code and Colab would."""

import os
import re
import signal
import threading
import time

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


def test_an_endless_loop_ends_by_the_limit_and_the_kernel_goes_on(kernel, toy):
    body = "values\n    while True: pass"
    endless = toy.program("values").replace("    return", "    while True:\n        pass\n    return")
    said = kernel.run(f"%%kata {KATA} --timeout 1\n{endless}")
    assert body
    assert said.startswith(f"TOO SLOW  {KATA}")
    assert "1 s" in said
    assert kernel.run("1 + 1") == "2"


def test_an_interrupt_calls_the_check_off_and_keeps_the_text(kernel, dojo, kata, toy):
    endless = toy.program("values").replace("    return", "    while True:\n        pass\n    return")
    before = events(dojo)
    started = threading.Event()

    def interrupt():
        while kata.copy.read_text() != endless:
            time.sleep(0.01)
        started.set()
        time.sleep(0.3)
        kernel.client.km._launch_args  # noqa: B018 - it is a kernel manager with a process
        os.kill(int(pid), signal.SIGINT)

    pid = kernel.run("import os; os.getpid()")
    waiting = threading.Thread(target=interrupt)
    waiting.start()
    begun = time.monotonic()
    kernel.run(f"%%kata {KATA} --timeout 600\n{endless}")
    waiting.join()
    assert started.is_set()
    assert time.monotonic() - begun < 60
    assert "Called off. Your text is kept" in kernel.said_wrong
    assert "Traceback" not in kernel.said_wrong
    assert kernel.reply["status"] == "error"  # so that cells that wait behind it don't run
    assert events(dojo) == before
    assert kata.copy.read_text() == endless
    assert kernel.run(cell("2 * values", toy)).startswith("SOLVED")
