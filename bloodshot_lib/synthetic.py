"""The synthetic twin: drawn cells written to disk in the exact layout, names and formats of the two real data sets."""

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

from .artifacts import whole_folder
from .drawing import draw_cell

SOURCE, TARGET = "AML-Cytomorphology_LMU", "C-NMC_2019"

# cells per class of the real set; the twin keeps the order and softens the imbalance
_SOURCE_COUNTS = {"NGS": 8484, "LYT": 3937, "MYO": 3268, "MON": 1789, "EOS": 424, "NGB": 109, "BAS": 79, "EBO": 78,
                  "PMO": 70, "MYB": 42, "MOB": 26, "PMB": 18, "KSC": 15, "MMZ": 15, "LYA": 11}
# share of the target's cells, share of `all`, subjects of `all` and of `hem`
_TARGET_PARTS = {"fold_0": (0.30, 0.68, 6, 4), "fold_1": (0.10, 0.68, 4, 3), "fold_2": (0.10, 0.68, 4, 3),
                 "prelim": (0.45, 0.653, 7, 6), "final": (0.05, 0.65, 3, 3)}


class _Cell(NamedTuple):
    path: str
    kind: str
    stain: tuple[float, ...]
    pixels: int
    seed: int


def write_synthetic_twin(root: str | Path, source_cells: int = 800, target_cells: int = 640, scale: float = 1.0,
                         seed: int = 0, progress: bool = False) -> Path:
    """Write both twins below `root`, in folders SOURCE and TARGET, unless they are there; return `root`.

    Source: 15 class folders of RGBA TIFFs, 400 px times `scale`, rare classes included. Target: C-NMC 2019's folders of
    BMPs, 450 px times `scale`, subjects in the names, the prelim csv; one pair of identical files under two subjects.
    Each subject has its own stain. Every cell is drawn from its own seed, so the files do not depend on the machine's
    cores. Raises ValueError if there are too few cells for every class and subject.
    """
    root = Path(root)
    if root.is_dir():
        return root
    if min(source_cells, target_cells) < 300:
        raise ValueError(f"The twin needs at least 300 cells in each set; got {source_cells} and {target_cells}.")
    with whole_folder(root) as unfinished:
        rng = np.random.default_rng(seed)
        cells = _plan_source(source_cells, round(400 * scale), rng)
        cells += _plan_target(unfinished / TARGET, target_cells, round(450 * scale), rng)
        for folder in {(unfinished / cell.path).parent for cell in cells}:
            folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            work = pool.map(partial(_write, unfinished), cells, chunksize=16)
            list(tqdm(work, total=len(cells), desc="synthetic twin", disable=not progress))
        _copy_one_under_another_subject(unfinished / TARGET / "C-NMC_training_data")
    return root


def _plan_source(n_cells: int, pixels: int, rng: np.random.Generator) -> list[_Cell]:
    softened = {label: count**0.6 for label, count in _SOURCE_COUNTS.items()}
    slides = rng.normal(1, 0.04, (12, 3))
    cells = []
    for label, weight in softened.items():
        for number in range(1, max(3, round(n_cells * weight / sum(softened.values()))) + 1):
            path = f"{SOURCE}/{label}/{label}_{number:04d}.tiff"
            cells.append(_Cell(path, label, tuple(rng.choice(slides)), pixels, int(rng.integers(2**32))))
    return cells


def _plan_target(root: Path, n_cells: int, pixels: int, rng: np.random.Generator) -> list[_Cell]:
    """Name and seed every target cell; no subject spans two parts, and one subject in each has the lion's share."""
    cells, rows = [], [("Patient_ID", "new_names", "labels")]
    subject_numbers = {"all": itertools.count(1), "hem": itertools.count(1)}
    for part, (share, all_share, *n_subjects) in _TARGET_PARTS.items():
        n_all = round(n_cells * share * all_share)
        counts = {"all": n_all, "hem": round(n_cells * share) - n_all}
        serial = itertools.count(1)
        for (label, count), subjects in zip(counts.items(), n_subjects, strict=True):
            for cells_of_one in _uneven_parts(count, subjects):
                subject = ("H" if label == "hem" else "") + str(next(subject_numbers[label]))
                stain = tuple(rng.normal(1, 0.05, 3))
                for image in range(1, cells_of_one + 1):
                    name = f"UID_{subject}_{image}_1_{label}.bmp"
                    path = f"C-NMC_training_data/{part}/{label}/{name}"
                    if not part.startswith("fold"):
                        path = f"C-NMC_test_{part}_phase_data/{next(serial)}.bmp"
                    if part == "prelim":
                        rows.append((name, Path(path).name, int(label == "all")))
                    cells.append(_Cell(f"{TARGET}/{path}", label, stain, pixels, int(rng.integers(2**32))))
    folder = root / "C-NMC_test_prelim_phase_data"
    folder.mkdir(parents=True)
    with open(folder / "C-NMC_test_prelim_phase_data_labels.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    return cells


def _uneven_parts(total: int, parts: int) -> list[int]:
    """Split a count into parts, the first about twice the second, the second twice each other one."""
    weights = 0.5 ** np.minimum(np.arange(parts), 2)
    ends = np.round(np.cumsum(weights / weights.sum()) * total).astype(int)
    return np.diff(ends, prepend=0).tolist()


def _write(root: Path, cell: _Cell) -> None:
    rng = np.random.default_rng(cell.seed)
    source = cell.path.startswith(SOURCE)
    image = Image.fromarray(draw_cell(cell.kind, cell.pixels, np.array(cell.stain), rng, cut_out=not source))
    if source:
        image.putalpha(255)
        image.save(root / cell.path, compression="tiff_lzw")
    else:
        image.save(root / cell.path)


def _copy_one_under_another_subject(training: Path) -> None:
    """The real folds hold byte-identical files under two subjects' names; so does the twin, once."""
    first = sorted((training / "fold_1/all").iterdir())[0]
    (training / "fold_2/all" / f"{first.stem.rsplit('_', 3)[0]}9_1_1_all.bmp").write_bytes(first.read_bytes())
