"""The arms of an experiment, trained and evaluated, each thing once."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import normalize

from ..common.checks import check_shots
from ..data.tables import merge_subjects
from ..embedder.embedding import embed
from ..embedder.finished_runs import fit_or_load
from ..embedder.training_loop import Run
from ..fewshot.evaluation import mistakes_of, sweep_of
from ..fewshot.few_shot_task import check_task
from ..fewshot.intervals import replicates_of
from ..fewshot.supports import generator
from ..fewshot.verdicts import classify
from .cells import Cells, check_profile, load_cells
from .profiles import Profile

_REPLICATES, _REPLICATES_RNG = 500, 0
_MISTAKES, _NEIGHBOURS = 6, 5


class ArmResults(NamedTuple):
    """What `run_arms` made.

    - `runs`: the training of each arm and seed, by (arm, seed).
    - `histories`: a row per arm, seed and epoch.
    - `embeddings`: the folder where `embed(..., cache_dir=...)` finds the embeddings again.
    - `supports`: for each k, indices into the pool (episodes, classes, k), the same for all
      arms.
    - `episodes`: a row per arm, seed, k and episode.
    - `replicates`: bootstrap replicates at the profile's k (see `bootstrap_few_shot`), a row
      per arm, seed and replicate, over subjects where they are named.
    - `mistakes`: the query cells that most episodes at the profile's k get wrong (see
      `hardest_cells`), a few rows per arm and seed.
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
    ks = check_shots((profile.episodes.k,) if ks is None else ks)
    pool, query = (load_cells(profile, role, progress) for role in ("pool", "query"))
    supports = _draw(profile, pool, {*ks, profile.episodes.k})
    subjects = query.table["subject"].to_numpy()
    subjects = subjects if (subjects != "").all() else None
    runs, parts = {}, {"histories": [], "episodes": [], "replicates": [], "mistakes": []}
    for arm in profile.arms:
        for seed in profile.seeds:
            run = runs[arm, seed] = fit_arm(profile, arm, seed, progress)
            frames = _score(profile, run, pool, query, supports, ks, subjects, progress)
            for name, frame in {"histories": run.history, **frames}.items():
                parts[name].append(frame.assign(arm=arm, seed=seed))
    frames = {name: pd.concat(part, ignore_index=True) for name, part in parts.items()}
    return ArmResults(runs=runs, embeddings=profile.artifacts, supports=supports, **frames)


def _draw(profile: Profile, pool: Cells, ks: set[int]) -> dict[int, np.ndarray]:
    """The supports for each k, all from the same seed."""
    settings, draw = profile.episodes, profile.draw
    if settings.max_per_subject is not None:
        limit = settings.max_per_subject
        draw = partial(draw, groups=merge_subjects(pool.table), max_per_group=limit)
    return {k: draw(pool.labels, k, settings.n_episodes, settings.rng) for k in sorted(ks)}


def _score(
    profile: Profile,
    run: Run,
    pool: Cells,
    query: Cells,
    supports: dict[int, np.ndarray],
    ks: list[int],
    subjects: np.ndarray | None,
    progress: bool,
) -> dict[str, pd.DataFrame]:
    """Episodes at each k, replicates and mistakes at the profile's, of one training."""
    settings, folder = profile.episodes, profile.artifacts
    Z_pool, Z_query = (
        embed(run.embedder, cells.images, progress=progress, cache_dir=folder)
        for cells in (pool, query)
    )
    if settings.normalise:
        Z_pool, Z_query = normalize(Z_pool), normalize(Z_query)
    task = check_task(Z_pool, pool.labels, Z_query, query.labels)
    verdicts = {k: classify(task, drawn, settings.method) for k, drawn in supports.items()}
    at_k = verdicts[settings.k]
    return {
        "episodes": sweep_of({k: verdicts[k] for k in ks}),
        "replicates": replicates_of(at_k, subjects, _REPLICATES, generator(_REPLICATES_RNG)),
        "mistakes": mistakes_of(at_k, _MISTAKES, _NEIGHBOURS),
    }
