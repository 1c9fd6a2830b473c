"""A dozen of the worst programs on the road where a process is kept, each followed by an honest one.

That road isn't for other people's programs, and `docs/limits.md` says what gets through it. But nobody's own
mistake, nor a casual trick, may reach the next verdict.
"""

from pathlib import Path

import pytest

from tests.engine.conftest import program, write_tree
from tests.hostile.conftest import BROKEN, RIGHT, written
from tests.hostile.test_leaving import GONE
from tests.hostile.test_pretending import IDLE, REPLACED
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Limits, can_fork
from torchkata.system.usage import descendants

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are kept on Linux alone")

OTHERS = {
    "whoever opens the door for the next": "os.chmod('..', 0o777); open('../double.py', 'w').write('1 / 0')",
    "a folder that nobody may enter": "os.mkdir('mine'); open('mine/file', 'w'); os.chmod('mine', 0)",
    "a process in another session": "os.fork() or (os.setsid(), os.fork(), time.sleep(60), os._exit(0))",
    "a thread that waits for the next program": """
        def wait():
            time.sleep(0.2)
            torch.Tensor.any = lambda self: torch.tensor(False)
        threading.Thread(target=wait, daemon=True).start()
    """,
    "a finalizer that waits for the next program": """
        class Late:
            def __init__(self): self.me = self
            def __del__(self): torch.Tensor.any = lambda self: torch.tensor(False)
        Late()
    """,
    "a finder of modules": """
        class Finder:
            def find_spec(self, name, path=None, target=None):
                if name.startswith('submission'): os._exit(0)
        sys.meta_path.insert(0, Finder())
    """,
    "a plugin of pytest": """
        frame = sys._getframe()
        while frame and 'item' not in frame.f_locals and 'items' not in frame.f_locals: frame = frame.f_back
        items = frame.f_locals.get('items') or [frame.f_locals['item']]
        items[0].config.pluginmanager.register(types.SimpleNamespace(pytest_runtest_call=lambda item: 1 / 0))
    """,
    "every descriptor closed": "os.closerange(3, 1000)",
    "the program deleted": "os.remove(__file__)",
}
SAMPLE = {
    **OTHERS,
    **{
        name: REPLACED[name]
        for name in ("a method of tensors", "the code of the tests", "a built-in function")
    },
    **{name: IDLE[name] for name in ("no modules at all", "another os._exit", "a frozen clock")},
    **{name: GONE[name][0] for name in ("os._exit(0)", "SIGKILL", "a parent that leaves after a fork")},
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    tree = write_tree(tmp_path_factory.mktemp("kept") / "dojo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHKATA_KEEP", "1")
        with Judge(tree, tree.katas(), limits=Limits(seconds=5.0), one_hand=True) as judge:
            assert judge.kept
            yield judge


def verdict_on(judge, text):
    return judge.check(Catalogue(judge.tree)["toy/double"], text.encode(), Path("double.py"))


@pytest.mark.parametrize("where", ["import", "call"])
@pytest.mark.parametrize("name", SAMPLE)
def test_the_next_verdict_is_its_own(kept, name, where):
    worker = kept.worker.process
    assert verdict_on(kept, program(RIGHT)).verdict == "solved"
    assert verdict_on(kept, written(SAMPLE[name], where)).verdict != "solved"
    after = verdict_on(kept, program(RIGHT))
    assert after.verdict == "solved", f"{after.message} {after.first_failed}"
    assert verdict_on(kept, program(BROKEN) + "\n# A remark.\n").verdict == "pitfall"
    assert kept.worker.process is worker
    assert len(list(descendants(worker.pid))) <= 2
