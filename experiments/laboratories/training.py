"""A job -> its network, trained or found among the artifacts."""

from pathlib import Path

import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.common.paths import artifacts_folder
from experiments.laboratories.cells import draw_deck
from experiments.laboratories.plan import Job


def folder() -> Path:
    """Where networks and scores of finished jobs are kept."""
    return artifacts_folder() / "laboratories"


def network(job: Job) -> bs.Embedder:
    """The job's network."""
    path = folder() / f"{job.file}.safetensors"
    if not path.is_file():
        config = job.recipe.config(job.seed)
        drawn = job.recipe.deck, job.recipe.share, job.seed, config.image_size
        table, names = draw_deck(job.trained_on, *drawn)
        once = table.drop_duplicates("path").reset_index(drop=True)
        images = bs.load_images(once, config.image_size, folder())
        rows = pd.Series(once.index, once["path"])[table["path"]].to_numpy()
        objective = job.recipe.objective(sorted(set(names)))
        kept = folder() / f"{job.file}.checkpoint"
        how = {"checkpoint": kept, "progress": True, "objective": objective}
        run = bs.train(config, images[rows], names, **how)
        run.embedder.save(path)
        kept.unlink()
    return bs.Embedder.load(path)
