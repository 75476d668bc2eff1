"""Another laboratory's set, evaluated with a finished embedder on itself, in halves."""

import numpy as np
import pandas as pd

from ..data.contents import merge_subjects
from ..data.images import load_images
from ..data.tables import named_subjects
from ..embedder.embedding import embed
from ..embedder.model import Embedder
from ..fewshot.halves import HalvesResult, evaluate_halves
from .cells import check_profile
from .profiles import Profile


def run_laboratory(profile: Profile, progress: bool = False) -> HalvesResult:
    """Evaluate a profile's finished embedder on its target at each k, in random halves.

    Cells of one subject, and subjects that share identical files, lie in one half; where no
    subject is named, each cell is its own. Raises ValueError for a profile that names no
    `embedder`.
    """
    Z, table = embed_laboratory(profile, progress)
    subjects, episodes = merge_subjects(table), profile.episodes
    return evaluate_halves(
        Z,
        table["label"],
        episodes.ks,
        named_subjects(subjects),
        episodes.n_halves,
        episodes.sweep_episodes,
        rng=episodes.rng,
        method=episodes.method,
    )


def embed_laboratory(profile: Profile, progress: bool = False) -> tuple[np.ndarray, pd.DataFrame]:
    """The embeddings (N, dim) of a profile's target by its finished embedder, and its table."""
    check_profile(profile)
    if not profile.embedder:
        raise ValueError(
            f"The profile {profile.name!r} names no `embedder`: it trains its own, and"
            " run_arms(profile) evaluates them."
        )
    embedder, table = Embedder.load(profile.weights), profile.read_target()
    images = load_images(table, embedder.image_size, profile.artifacts, progress)
    views, folder = profile.episodes.views, profile.artifacts
    where = {"views": views, "cache_dir": folder, "progress": progress}
    return embed(embedder, images, precision="float32", **where), table
