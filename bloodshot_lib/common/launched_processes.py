"""One of several processes, as `accelerate launch` starts them: its share, and gathering."""

import atexit
import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .freed_memory import is_out_of_memory, keep_freed_memory

if TYPE_CHECKING:
    import torch
    from accelerate import PartialState

# torchrun (and so `accelerate launch`) sets the first, the MPI launchers the others
_SIZES = ("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")


class Process(NamedTuple):
    """One of `count` processes: its number `index` and its device. Alone, it is 0 of 1."""

    index: int
    count: int
    device: "torch.device"

    @property
    def main(self) -> bool:
        """True in the one process that writes files and shows progress."""
        return self.index == 0

    def gather(self, parts: list) -> list:
        """The parts of all processes, those of process 0 first, in every process."""
        if self.count == 1:
            return parts
        from accelerate.utils import gather_object

        return gather_object(parts)

    def parallel(self, module: "torch.nn.Module") -> "torch.nn.Module":
        """`module` with its gradients averaged over the processes."""
        if self.count == 1:
            return module
        from torch.nn.parallel import DistributedDataParallel

        return DistributedDataParallel(module)

    def wait(self) -> None:
        """Wait until every process has reached this point."""
        if self.count > 1:
            _state(self.device.type).wait_for_everyone()


def this_process(device: str = "auto") -> Process:
    """Join the processes that were launched together, or stand alone.

    `device` is a name, or "auto": the process's own GPU; for a single process the first GPU
    (CUDA, then Apple's); without one, the CPU. Raises ValueError for a device that torch does
    not know or this machine does not have.
    """
    import torch

    keep_freed_memory()
    chosen = device
    if device == "auto":
        gpus = {"cuda": torch.cuda, "mps": torch.backends.mps}
        device = next((name for name, gpu in gpus.items() if gpu.is_available()), "cpu")
    try:
        torch.empty(0, device=device if isinstance(device, str | torch.device) else str(device))
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        if chosen == "auto" and is_out_of_memory(error):
            warnings.warn("The GPU has no memory free: the processor is used.", stacklevel=2)
            return this_process("cpu")
        raise ValueError(
            '`device` must be "auto", "cpu", or a GPU of this machine such as "cuda:0", but was'
            f" {device!r} ({str(error).splitlines()[0][:120]})."
        ) from error
    alone = Process(0, 1, torch.device(device))
    if not launched():
        return alone
    state = _state(alone.device.type)
    return Process(state.process_index, state.num_processes, state.device)


def main_first() -> AbstractContextManager:
    """Let process 0 run the block first; the others follow, and find what it made."""
    if not launched():
        return nullcontext()
    return _state(this_process().device.type).main_process_first()


def launched() -> bool:
    """Whether this process is one of several that were launched together."""
    return any(int(os.environ.get(name, 1)) > 1 for name in _SIZES)


@cache
def _state(device_type: str) -> "PartialState":
    from accelerate import PartialState

    state = PartialState(cpu=device_type == "cpu")
    atexit.register(state.destroy_process_group)
    return state
