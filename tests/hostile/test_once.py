"""What a process may do once: the program is executed for every test, so each test then gets a process."""

import pytest

from tests.hostile.conftest import BROKEN, RIGHT

ONCE = {
    "a start method": "import multiprocessing; multiprocessing.set_start_method('fork')",
    "threads between operations": "torch.set_num_interop_threads(2)",
    "a process group": """
        import torch.distributed as dist
        dist.init_process_group('gloo', init_method=f'file://{os.getcwd()}/store', rank=0, world_size=1)
    """,
    "a library of operators": "lib = torch.library.Library('mine', 'DEF')",
    "a folder": "os.mkdir('checkpoints')",
    "a file": "open('log.txt', 'x').write('begun')",
    "a custom operator": """
        @torch.library.custom_op("mine::twice", mutates_args=())
        def twice(x: torch.Tensor) -> torch.Tensor: return x + x
    """,
}


@pytest.mark.parametrize("what", ONCE)
@pytest.mark.parametrize(
    ("body", "verdict"), [(RIGHT, "solved"), (BROKEN, "pitfall"), ("9 * values", "failing")]
)
def test_what_a_process_may_do_once_is_judged_by_what_it_does(attack, what, body, verdict):
    found = attack(ONCE[what], result=body, network="process group" in what)
    assert found.verdict == verdict, found


def test_a_test_in_a_process_of_its_own_may_end_it_and_that_is_said(attack):
    found = attack("os.mkdir('checkpoints'); os._exit(3) if os.path.basename(os.getcwd()) == 'test-1' else 0")
    assert (found.verdict, "exit status 3" in found.message) == ("early_exit", True)


def test_tampering_in_a_process_of_its_own_is_seen(attack):
    found = attack("os.mkdir('checkpoints'); torch.isclose = lambda *_, **__: torch.tensor(True)")
    assert found.verdict == "tampered"
