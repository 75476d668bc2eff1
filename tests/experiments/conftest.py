from pathlib import Path

import pytest
import torch

from tests.conftest import PROJECT


def _written() -> dict[Path, int]:
    """When each committed result and each file of weights was last written."""
    folders = (PROJECT / "results", PROJECT / "bloodshot_lib" / "weights")
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")}


@pytest.fixture(scope="module", autouse=True)
def nothing_committed_is_touched():
    before = _written()
    yield
    assert _written() == before


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """More threads than that wait for each other longer than such amounts take."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # of the processes that are started
        yield
    torch.set_num_threads(threads)
