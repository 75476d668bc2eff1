"""The synthetic twin: drawn cells in the exact layout, names and formats of both real sets."""

import csv
import itertools
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from ..common.atomic_files import whole_folder
from ..common.checks import check_count, check_number, check_path, check_switch
from ..common.worker_processes import end_with_parent
from .cells import draw_cell

SOURCE, TARGET = "AML-Cytomorphology_LMU", "C-NMC_2019"
_PRELIM = f"{TARGET}/C-NMC_test_prelim_phase_data"

# cells per class of the real set; the small twin keeps their order, but is less unbalanced
_SOURCE_COUNTS = {
    "NGS": 8484,
    "LYT": 3937,
    "MYO": 3268,
    "MON": 1789,
    "EOS": 424,
    "NGB": 109,
    "BAS": 79,
    "EBO": 78,
    "PMO": 70,
    "MYB": 42,
    "MOB": 26,
    "PMB": 18,
    "KSC": 15,
    "MMZ": 15,
    "LYA": 11,
}
# share of the target's cells, share of `all`, subjects of `all` and of `hem`
_TARGET_PARTS = {
    "fold_0": (0.30, 0.68, 6, 4),
    "fold_1": (0.10, 0.68, 4, 3),
    "fold_2": (0.10, 0.68, 4, 3),
    "prelim": (0.45, 0.653, 7, 6),
    "final": (0.05, 0.65, 3, 3),
}
# cells and subjects of the real set, `all` and `hem`. Two guesses: how the subjects are divided
# between fold_1 and fold_2, and how many of final's 2,586 unlabelled cells are `all`
_TARGET_COUNTS = {
    "fold_0": (2397, 1130, 19, 9),
    "fold_1": (2418, 1163, 14, 9),
    "fold_2": (2457, 1096, 14, 8),
    "prelim": (1219, 648, 13, 15),
    "final": (1681, 905, 9, 8),
}


class _Cell(NamedTuple):
    path: str
    name: str  # the target's original name, which gives the subject where the path does not
    kind: str
    stain: tuple[float, ...]
    pixels: int
    seed: int


def write_synthetic_twin(
    root: str | Path,
    source_cells: int = 800,
    target_cells: int = 640,
    scale: float = 1.0,
    seed: int = 0,
    progress: bool = False,
    full: bool = False,
) -> Path:
    """Write both twins below `root`, in folders SOURCE and TARGET, and return `root`.

    If `root` exists, nothing is written.

    - Source: 15 class folders of RGBA TIFFs, 400 px times `scale`, rare classes included.
    - Target: C-NMC 2019's folders of BMPs, 450 px times `scale`, subjects in the names, the
      prelim csv; one pair of identical files under two subjects.

    In the target each subject has its own stain. Every cell is drawn from its own seed, so the
    files do not depend on the number of cores.

    - `source_cells`, `target_cells`: cells in each set, at least 300; with fewer, a class or a
      subject would have none.
    - `scale`: .05 to 4.
    - `full`: every class, fold and test phase has as many cells as in the real sets, 18,365 and
      15,114 in all; `source_cells` and `target_cells` are ignored.

    Raises ValueError for a number outside these limits.
    """
    root = check_path("root", root)
    # with fewer, a class or a subject would have no cells
    check_count("source_cells", source_cells, 300)
    check_count("target_cells", target_cells, 300)
    check_number("scale", scale, 0.05, 4)
    check_count("seed", seed, 0)
    for name, value in (("progress", progress), ("full", full)):
        check_switch(name, value)
    if root.is_dir():
        return root
    with whole_folder(root) as unfinished:
        cells = _plan(source_cells, target_cells, scale, seed, full)
        for folder in {(unfinished / cell.path).parent for cell in cells}:
            folder.mkdir(parents=True, exist_ok=True)
        _write_labels(unfinished / _PRELIM, cells)
        with ProcessPoolExecutor(os.cpu_count(), initializer=end_with_parent) as workers:
            work = workers.map(partial(_write, unfinished), cells, chunksize=16)
            list(tqdm(work, total=len(cells), desc="synthetic twin", disable=not progress))
        _copy_one_under_another_subject(unfinished / TARGET / "C-NMC_training_data", replace=full)
    return root


def _plan(source_cells: int, target_cells: int, scale: float, seed: int, full: bool) -> list[_Cell]:
    """Name and seed every cell of both sets."""
    counts, parts = _SOURCE_COUNTS, _TARGET_COUNTS
    if not full:
        counts, parts = _few_of_source(source_cells), _few_of_target(target_cells)
    rng = np.random.default_rng(seed)
    cells = _plan_source(counts, round(400 * scale), rng)
    return cells + _plan_target(parts, round(450 * scale), rng)


def _few_of_source(n_cells: int) -> dict[str, int]:
    softened = {label: count**0.6 for label, count in _SOURCE_COUNTS.items()}
    total = sum(softened.values())
    return {label: max(3, round(n_cells * weight / total)) for label, weight in softened.items()}


def _few_of_target(n_cells: int) -> dict[str, tuple[int, ...]]:
    parts = {}
    for part, (share, all_share, *n_subjects) in _TARGET_PARTS.items():
        n_all = round(n_cells * share * all_share)
        parts[part] = (n_all, round(n_cells * share) - n_all, *n_subjects)
    return parts


def _plan_source(counts: dict[str, int], pixels: int, rng: np.random.Generator) -> list[_Cell]:
    slides = rng.normal(1, 0.04, (12, 3))
    cells = []
    for label, count in counts.items():
        for number in range(1, count + 1):
            path, stain = f"{SOURCE}/{label}/{label}_{number:04d}.tiff", tuple(rng.choice(slides))
            cells.append(_Cell(path, "", label, stain, pixels, int(rng.integers(2**32))))
    return cells


def _plan_target(
    parts: dict[str, tuple[int, ...]], pixels: int, rng: np.random.Generator
) -> list[_Cell]:
    """No subject is in two parts; one subject in each has the lion's share of the cells."""
    cells = []
    subject_numbers = {"all": itertools.count(1), "hem": itertools.count(1)}
    for part, (n_all, n_hem, *n_subjects) in parts.items():
        serial = itertools.count(1)
        counts = {"all": n_all, "hem": n_hem}
        for (label, count), subjects in zip(counts.items(), n_subjects, strict=True):
            for cells_of_one in _uneven_parts(count, subjects):
                subject = ("H" if label == "hem" else "") + str(next(subject_numbers[label]))
                stain = tuple(rng.normal(1, 0.05, 3))
                for image in range(1, cells_of_one + 1):
                    name = f"UID_{subject}_{image}_1_{label}.bmp"
                    path = f"{TARGET}/C-NMC_training_data/{part}/{label}/{name}"
                    if not part.startswith("fold"):
                        path = f"{TARGET}/C-NMC_test_{part}_phase_data/{next(serial)}.bmp"
                    seed = int(rng.integers(2**32))
                    cells.append(_Cell(path, name, label, stain, pixels, seed))
    return cells


def _uneven_parts(total: int, parts: int) -> list[int]:
    """Split a count: the first part about twice the second, which is twice each of the rest."""
    weights = 0.5 ** np.minimum(np.arange(parts), 2)
    ends = np.round(np.cumsum(weights / weights.sum()) * total).astype(int)
    return np.diff(ends, prepend=0).tolist()


def _write(root: Path, cell: _Cell) -> None:
    rng = np.random.default_rng(cell.seed)
    source = cell.path.startswith(SOURCE)
    image = Image.fromarray(
        draw_cell(cell.kind, cell.pixels, np.array(cell.stain), rng, cut_out=not source)
    )
    if source:
        image.putalpha(255)
        image.save(root / cell.path, compression="tiff_lzw")
    else:
        image.save(root / cell.path)


def _write_labels(prelim: Path, cells: list[_Cell]) -> None:
    """Write the csv that names and labels the prelim images."""
    rows = [
        (cell.name, Path(cell.path).name, int(cell.kind == "all"))
        for cell in cells
        if cell.path.startswith(_PRELIM)
    ]
    with open(prelim / "C-NMC_test_prelim_phase_data_labels.csv", "w", newline="") as file:
        csv.writer(file).writerows([("Patient_ID", "new_names", "labels"), *rows])


def _copy_one_under_another_subject(training: Path, replace: bool) -> None:
    """Copy one file to another subject's name; the real folds hold such copies.

    The copy is an extra file, or with `replace` overwrites one, so that the counts stay.
    """
    first = min((training / "fold_1/all").iterdir())
    copy = training / "fold_2/all" / f"{first.stem.rsplit('_', 3)[0]}9_1_1_all.bmp"
    if replace:
        copy = min((training / "fold_2/all").iterdir())
    copy.write_bytes(first.read_bytes())
