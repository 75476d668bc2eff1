"""The sizes of the benchmark's jobs: FULL for its numbers, TINY only to test that they run."""

from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks import PROJECT
from bloodshot_lib.embedder.embedding import PRECISIONS
from bloodshot_lib.embedder.forward_pass import has_bfloat16

GPU = torch.cuda.is_available()
DEVICE = torch.device("cuda" if GPU else "cpu")


@dataclass(frozen=True)
class Sizes:
    """The amounts of each job; by default those of the committed numbers on a CPU."""

    rounds: int = 5
    slow_rounds: int = 3  # for what takes seconds
    precisions: tuple[str, ...] = PRECISIONS

    matrix: int = 2048  # rows and columns
    copied: int = 1 << 28  # bytes

    pool: int = 3527  # the report's task
    query: int = 1867
    dim: int = 1280
    episodes: tuple[int, ...] = (10, 100, 1000, 10_000)
    shots: tuple[int, ...] = (1, 5, 10, 50, 200)
    cells: tuple[int, ...] = (1000, 10_000, 100_000, 1_000_000)

    drawn: float = 1.0  # the side of drawn cells, as a share of the real sets'
    decoded: int = 120  # files of each format
    found: int = 20_000  # images of a warm start

    backbone: str = "efficientnet_b0"
    image_size: int = 224
    embedded: int = 128  # files; our ways, being faster, take them twice
    trained: int = 64

    classified: int = 10_000  # cells of a person's folder
    dropped: tuple[int, int] = (1000, 10_000)  # cells on the page that needs no installation
    fields: tuple[int, int] = (100, 1000)  # of a microscope, 1440 x 900 pixels

    starts: tuple[str, ...] = (
        "the library",
        "read_image_folder",
        "evaluate_few_shot",
        "embed",
        "everything",
    )
    notebooks: Path = PROJECT / "notebooks"


# a processor that emulates bfloat16 would take minutes for one product of these matrices
FULL = Sizes(
    precisions=PRECISIONS if has_bfloat16(DEVICE) else ("float32",),
    matrix=8192 if GPU else 2048,
    trained=1024 if GPU else 64,
)
TINY = Sizes(
    rounds=0,
    slow_rounds=0,
    matrix=16,
    copied=1024,
    pool=60,
    query=30,
    dim=8,
    episodes=(2, 3),
    shots=(1, 5),
    cells=(10, 20),
    drawn=0.05,
    decoded=4,
    found=5,
    backbone="test_efficientnet",
    image_size=32,
    embedded=4,
    trained=12,
    classified=12,
    dropped=(30, 40),
    fields=(2, 3),
    starts=("the library", "read_image_folder"),
)
