"""The arms of an experiment, trained and evaluated, each thing once."""

from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_shots
from ..embedder.embedding import embed
from ..embedder.finished_runs import fit_or_load
from ..embedder.training_loop import Run
from ..fewshot.evaluation import by_shots
from ..fewshot.verdicts import classify_episodes
from .cells import check_profile, load_cells
from .profiles import Profile


class ArmResults(NamedTuple):
    """What `run_arms` made.

    - `runs`: the training of each arm and seed, by (arm, seed).
    - `histories`: a row per arm, seed and epoch.
    - `embeddings`: the folder where `embed(..., cache_dir=...)` finds the embeddings again.
    - `supports`: for each k, indices into the pool (episodes, classes, k), the same for all
      arms.
    - `episodes`: a row per arm, seed, k and episode.
    - `replicates`: bootstrap replicates at the profile's k (see `Verdicts.replicates`), a row
      per arm, seed and replicate, over subjects where they are named.
    - `mistakes`: the query cells that most episodes at the profile's k get wrong (see
      `Verdicts.hardest`), a few rows per arm and seed.
    """

    runs: dict[tuple[str, int], Run]
    histories: pd.DataFrame
    embeddings: Path
    supports: dict[int, np.ndarray]
    episodes: pd.DataFrame
    replicates: pd.DataFrame
    mistakes: pd.DataFrame


def fit_arm(profile: Profile, arm: str, seed: int | None = None, progress: bool = False) -> Run:
    """Train one arm of the profile on its source, or find the finished run.

    It is validated on the source's `val` cells. Raises ValueError for an arm that the profile
    does not have.
    """
    check_profile(profile)
    recipe = profile.recipe(arm, seed)  # before anything is read
    train, val = (load_cells(profile, role, progress) for role in ("train", "val"))
    held_out = val.images, val.labels
    where = {"artifacts": profile.artifacts, "progress": progress}
    return fit_or_load(recipe, train.images, train.labels, held_out, **where)


def run_arms(
    profile: Profile, ks: tuple[int, ...] | None = None, progress: bool = False
) -> ArmResults:
    """Train every arm with every seed, and evaluate it at each k, by default the profile's.

    The supports of an episode are the same for all arms and seeds. Every episode is scored
    once; metrics, replicates and mistakes all come of that.
    """
    check_profile(profile)
    if not profile.arms:
        raise ValueError(
            f"The profile {profile.name!r} names no arm: add some under [arms], such as aam = "
            '{ loss = "aam" }.'
        )
    settings = profile.episodes
    ks = check_shots((settings.k,) if ks is None else ks)
    pool, query = (load_cells(profile, role, progress) for role in ("pool", "query"))
    supports = {
        k: profile.draw(pool.labels, k, settings.n_episodes, settings.rng)
        for k in sorted({*ks, settings.k})
    }
    subjects = query.table["subject"].to_numpy()
    subjects = subjects if (subjects != "").all() else None
    runs, parts = {}, {"histories": [], "episodes": [], "replicates": [], "mistakes": []}
    for arm, seed in product(profile.arms, profile.seeds):
        run = runs[arm, seed] = fit_arm(profile, arm, seed, progress)
        where = {"cache_dir": profile.artifacts, "progress": progress}
        Z_pool, Z_query = (embed(run.embedder, cells.images, **where) for cells in (pool, query))
        task = Z_pool, pool.labels, Z_query, query.labels
        verdicts = {
            k: classify_episodes(*task, drawn, settings.method) for k, drawn in supports.items()
        }
        frames = {
            "histories": run.history,
            "episodes": by_shots({k: verdicts[k].episodes() for k in ks}),
            "replicates": verdicts[settings.k].replicates(subjects),
            "mistakes": verdicts[settings.k].hardest(),
        }
        for name, frame in frames.items():
            parts[name].append(frame.assign(arm=arm, seed=seed))
    frames = {name: pd.concat(part, ignore_index=True) for name, part in parts.items()}
    return ArmResults(runs=runs, embeddings=profile.artifacts, supports=supports, **frames)
