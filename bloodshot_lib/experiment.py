"""A profile, run: its cells, its arms, its episodes. `python -m bloodshot_lib.experiment
<profile>` writes results/.
"""

import argparse
import json
import os
import platform
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from sklearn.preprocessing import normalize

from .artifacts import write_whole
from .checks import check_choice, check_count, check_rng, check_rows
from .embedding import embed
from .evaluation import k_sweep
from .images import load_images
from .keys import fingerprint
from .places import SHIPPED, home
from .processes import this_process
from .profiles import Profile, load_profile
from .runs import fit_or_load
from .tables import merge_subjects
from .training import Run
from .uncertainty import bootstrap_few_shot, compare_arms

ROLES = ("train", "val", "test", "pool", "query")


class Cells(NamedTuple):
    """The cells of one split: table, images (N, S, S, 3) and labels, row by row."""

    table: pd.DataFrame
    images: np.ndarray
    labels: pd.Series


def load_cells(profile: Profile, role: str, progress: bool = False) -> Cells:
    """The cells of one role: `train`, `val`, `test` of the source; `pool`, `query` of the
    target.

    Raises ValueError for another role or if the profile's data have no such cells.
    """
    _check_profile(profile)
    if role not in ROLES:
        raise ValueError(
            f"A role is train, val or test (source), pool or query (target); got {role!r}."
        )
    table = profile.read_target() if role in ("pool", "query") else profile.read_source()
    split = getattr(profile.target, role, role)
    table = table[table["split"] == split].reset_index(drop=True)
    if table.empty:
        raise ValueError(
            f"The profile {profile.name!r} has no cells in the split {split!r}: check its"
            " [source.split] or [target] tables."
        )
    images = load_images(table, profile.train.image_size, profile.artifacts, progress)
    return Cells(table, images, table["label"])


def draw_cells(cells: Cells, n: int, rng: int) -> Cells:
    """Draw `n` of the cells without replacement, or all of them, in random order, if there are
    no more.
    """
    if not isinstance(cells, Cells):
        raise ValueError(
            f"`cells` come from load_cells(profile, role); got {type(cells).__name__}."
        )
    check_count("n", n)
    check_rng("rng", rng)
    rows = np.random.default_rng(rng).choice(
        len(cells.labels), min(n, len(cells.labels)), replace=False
    )
    return Cells(
        cells.table.iloc[rows].reset_index(drop=True),
        cells.images[rows],
        cells.labels.iloc[rows].reset_index(drop=True),
    )


def _check_profile(profile: Profile) -> None:
    if not isinstance(profile, Profile):
        raise ValueError(f"`profile` comes from load_profile(name); got {profile!r}.")


def fit_arm(profile: Profile, arm: str, seed: int | None = None, progress: bool = False) -> Run:
    """Train one arm of the profile on its source, or find the finished run; validated on the
    source's `val` cells.

    Raises ValueError for an arm that the profile does not have.
    """
    _check_profile(profile)
    profile.config(arm, seed)  # before anything is read
    train, val = load_cells(profile, "train", progress), load_cells(profile, "val", progress)
    return _fit(profile, arm, seed, train, val, progress)


def _fit(
    profile: Profile, arm: str, seed: int | None, train: Cells, val: Cells, progress: bool
) -> Run:
    return fit_or_load(
        profile.config(arm, seed),
        train.images,
        train.labels,
        (val.images, val.labels),
        artifacts=profile.artifacts,
        progress=progress,
    )


def run_arms(
    profile: Profile, ks: tuple[int, ...] | None = None, progress: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train every arm with every seed and evaluate it at each k (by default the profile's one
    k).

    The supports of an episode are the same for all arms and seeds. Returns the episodes, a row
    per arm, seed, k and episode, and bootstrap replicates at the profile's k (see
    `bootstrap_few_shot`), over subjects where they are named.
    """
    _check_profile(profile)
    if not profile.arms:
        raise ValueError(
            f"The profile {profile.name!r} names no arm: add some under [arms], such as aam = "
            '{ loss = "aam" }.'
        )
    settings = profile.episodes
    ks = check_rows("ks", (settings.k,) if ks is None else ks, of="point of the curve").tolist()
    if not ks:
        raise ValueError("`ks` is a list of one number of shots at least; got none.")
    for k in ks:
        check_count("ks", k)
    train, val, pool, query = (
        load_cells(profile, role, progress) for role in ("train", "val", "pool", "query")
    )
    draw = profile.draw
    if settings.max_per_subject is not None:
        draw = partial(
            draw, groups=merge_subjects(pool.table), max_per_group=settings.max_per_subject
        )
    supports = draw(pool.labels, settings.k, settings.n_episodes, settings.rng)
    subjects = query.table["subject"] if (query.table["subject"] != "").all() else None
    episodes, replicates = [], []
    for arm in profile.arms:
        for seed in profile.seeds:
            embedder = _fit(profile, arm, seed, train, val, progress).embedder
            Z_pool, Z_query = (
                embed(embedder, cells.images, progress=progress) for cells in (pool, query)
            )
            if settings.normalise:
                Z_pool, Z_query = normalize(Z_pool), normalize(Z_query)
            task = (Z_pool, pool.labels, Z_query, query.labels)
            sweep = k_sweep(*task, ks, settings.n_episodes, settings.rng, draw, settings.method)
            episodes.append(sweep.assign(arm=arm, seed=seed))
            drawn = bootstrap_few_shot(*task, supports, subjects, method=settings.method)
            replicates.append(drawn.assign(arm=arm, seed=seed))
    return pd.concat(episodes, ignore_index=True), pd.concat(replicates, ignore_index=True)


def read_result(name: str) -> pd.DataFrame | dict:
    """A result by its path below `results/`: a DataFrame from .csv, a dict from .json.

    Looks in `results/` of the checkout or the current folder, then among those that ship with
    the library. A list of records in the .json becomes a DataFrame. Raises FileNotFoundError,
    naming the results there are, ValueError for another kind of file.
    """
    folders = (home() / "results", SHIPPED / "results")
    path = next(
        (folder / str(name) for folder in folders if (folder / str(name)).is_file()), None
    )
    if path is None:
        known = sorted(
            {
                file.relative_to(folder).as_posix()
                for folder in folders
                for file in folder.rglob("*.*")
            }
        )
        raise FileNotFoundError(
            f"There is no result {name!r}. Known: {', '.join(known)}. `make results"
            " PROFILE=...` writes those of a profile."
        )
    check_choice("the ending of a result's name", path.suffix, (".csv", ".json"))
    if path.suffix == ".csv":
        return pd.read_csv(path)
    result = json.loads(path.read_text(encoding="utf-8"))
    return {
        key: (
            pd.DataFrame(value)
            if isinstance(value, list) and value and isinstance(value[0], dict)
            else value
        )
        for key, value in result.items()
    }


def machine() -> dict:
    """What a result was computed on and with."""
    device = this_process().device
    packages = ("torch", "timm", "numpy", "pillow", "scikit-learn")
    return {
        "device": (
            torch.cuda.get_device_name()
            if device.type == "cuda"
            else f"CPU, {os.cpu_count()} cores"
        ),
        "python": platform.python_version(),
        "versions": {name: version(name).split("+")[0] for name in packages},
    }


def provenance(profile: Profile, training_seconds: float) -> dict:
    """What a committed result needs to be trusted and repeated: data, recipe, versions,
    device, time.
    """
    tables = [profile.read_source(), profile.read_target()]
    names = [[Path(path).name for path in table["path"]] for table in tables]
    return {
        "profile": profile.name,
        "date": time.strftime("%Y-%m-%d"),
        "training_seconds": round(training_seconds),
        **machine(),
        "cells": {
            f"{part} {split}": int(count)
            for part, table in zip(("source", "target"), tables, strict=True)
            for split, count in table["split"].value_counts().sort_index().items()
        },
        "query": load_cells(profile, "query").labels.value_counts().sort_index().to_dict(),
        "data_fingerprint": fingerprint(
            *names,
            *(list(table["label"]) for table in tables),
            *(load_cells(profile, role).images for role in ("train", "pool", "query")),
        ),
        "train": {
            key: value
            for key, value in profile.train.__dict__.items()
            if key not in ("loss", "seed")
        },
        "arms": profile.arms,
        "seeds": list(profile.seeds),
    }


def main() -> None:
    """Run a profile's arms at each of its k and write episodes, replicates, histories and
    provenance to results/.
    """
    parser = argparse.ArgumentParser(
        prog="python -m bloodshot_lib.experiment", description=main.__doc__
    )
    parser.add_argument("profile", help="a name in profiles/ or the path of a .toml file")
    profile = load_profile(parser.parse_args().profile)
    episodes, replicates = run_arms(profile, profile.episodes.ks, progress=True)
    train, val = load_cells(profile, "train"), load_cells(profile, "val")
    histories = pd.concat(
        [
            _fit(profile, arm, seed, train, val, False).history.assign(arm=arm, seed=seed)
            for arm in profile.arms
            for seed in profile.seeds
        ],
        ignore_index=True,
    )
    if not this_process().main:
        return
    folder = home() / "results" / profile.name
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(
        folder / "episodes.csv", episodes.to_csv(index=False, float_format="%.4f").encode()
    )
    write_whole(
        folder / "replicates.csv", replicates.to_csv(index=False, float_format="%.4f").encode()
    )
    write_whole(
        folder / "histories.csv", histories.to_csv(index=False, float_format="%.4g").encode()
    )
    record = provenance(profile, histories["seconds"].sum())
    write_whole(folder / "provenance.json", json.dumps(record, indent=1).encode())
    at_k = episodes[episodes["k"] == profile.episodes.k]
    print(
        compare_arms(at_k, replicates, "balanced_accuracy", to=next(iter(profile.arms)))
        .round(3)
        .to_string()
    )
    print(f"written to {folder}")


if __name__ == "__main__":
    main()
