"""The embeddings that come with the library: `python -m experiments.embeddings`.

Real cells of six laboratories become results/embeddings/<set>.npz, which
`bs.load_embeddings` reads, and results/embeddings/provenance.json.
"""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.preprocessing import normalize

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.laboratories import embed_laboratory
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.ladder_plan import SECOND

FOLDER = PROJECT / "results" / "embeddings"
LABORATORIES = {"bccd": "bccd", "aml_lmu": "munich_15", "cnmc2019": "delhi"}
WITHOUT_THE_REPORTS_ARM = {"bangkok": "bangkok", "bcisc": "bcisc"}
# for the healthy cells: the profile and the arm behind each name
ARMS = {"recommended": ("recommended", "softmax"), "report": ("pbc", "aam+consistency")}
UNTRAINED_SIDE = 224  # pixels; with fewer the network before any cell does worse
CELLS, DIMENSIONS = 150, 384  # the most per class in a split, and per embedding


def project(Z: np.ndarray) -> tuple[np.ndarray, float]:
    """Embeddings in fewer dimensions and half precision, and the largest change of a cosine."""
    left, sizes, _ = np.linalg.svd(Z.astype(float), full_matrices=False)
    short = (left * sizes)[:, :DIMENSIONS].astype(np.float16)
    ours, exact = normalize(short.astype(float)), normalize(Z.astype(float))
    return short, float(np.abs(ours @ ours.T - exact @ exact.T).max())


def healthy(profiles: dict[str, tuple[bs.Profile, str]], cells: int) -> tuple[dict, pd.DataFrame]:
    """The embeddings of the novel healthy classes by each arm, and their table."""
    Z, tables = {}, []
    for name, (profile, arm) in profiles.items():
        run, parts = bs.fit_arm(profile, arm, progress=True), []
        for role in ("pool", "query"):
            some = bs.load_cells(profile, role)
            rows = some.table.groupby("label").head(cells).index.sort_values()
            parts.append(bs.embed(run.embedder, some.images[rows], precision="float32"))
            tables.append(some.table.iloc[rows])
        Z[name] = np.concatenate(parts)
    return Z, pd.concat(tables[:2], ignore_index=True)


def laboratory(profile: bs.Profile, **others: bs.Embedder) -> tuple[dict, pd.DataFrame]:
    """The embeddings of a laboratory's cells, by the released recipe without that laboratory, the
    release that has seen Barcelona alone, the network before any cell, and others.
    """
    Z, table = embed_laboratory(profile, progress=True)
    barcelona = bs.Embedder.load(SECOND)
    start = bs.Embedder.pretrained(barcelona.header["backbone"], UNTRAINED_SIDE)
    found = {"released": Z}
    for arm, embedder in {"barcelona": barcelona, "imagenet": start, **others}.items():
        images = bs.load_images(table, embedder.image_size, profile.artifacts)
        how = {"views": profile.episodes.views, "cache_dir": profile.artifacts}
        found[arm] = bs.embed(embedder, images, precision="float32", **how)
    return found, table


def keep(folder: Path, name: str, Z: dict[str, np.ndarray], table: pd.DataFrame) -> dict:
    """Write one set, and return facts about it."""
    table = table.assign(path=bs.file_names(table), subject=bs.merge_subjects(table))
    columns = table[["path", "label", "subject", "split"]]
    arrays = {column: columns[column].to_numpy(dtype=str) for column in columns}
    facts = {"cells": len(table), "width": {}, "largest change of a cosine": {}}
    for arm, embeddings in Z.items():
        arrays[f"Z {arm}"], moved = project(embeddings)
        facts["width"][arm] = [embeddings.shape[1], arrays[f"Z {arm}"].shape[1]]
        facts["largest change of a cosine"][arm] = round(moved, 5)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{name}.npz", file.getvalue())
    return facts


def sets() -> Iterator[tuple[str, dict, pd.DataFrame]]:
    """Each set's name, embeddings by arm, and table."""
    profiles = {name: (bs.load_profile(profile), arm) for name, (profile, arm) in ARMS.items()}
    yield "pbc", *healthy(profiles, CELLS)
    report = bs.fit_arm(*profiles["report"]).embedder
    for name, profile in LABORATORIES.items():
        yield name, *laboratory(bs.load_profile(profile), report=report)
    for name, profile in WITHOUT_THE_REPORTS_ARM.items():
        yield name, *laboratory(bs.load_profile(profile))


def main(folder: Path = FOLDER) -> None:
    """Compute and save every set."""
    facts = {name: keep(folder, name, Z, table) for name, Z, table in sets()}
    record = {"date": time.strftime("%Y-%m-%d"), **machine(), "sets": facts}
    write_whole(folder / "provenance.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
