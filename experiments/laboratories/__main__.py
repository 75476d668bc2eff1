import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.laboratories.cells import BARCELONA, LABORATORIES, draw_deck
from experiments.laboratories.plan import STUDIES, Job, Study
from experiments.laboratories.scores import score_left_out
from experiments.ladder import part_of

RESULTS = PROJECT / "results" / "laboratories"


def folder() -> Path:
    """Where networks and scores of finished jobs are kept."""
    return bs.load_profile("pbc").artifacts / "laboratories"


def network(job: Job) -> bs.Embedder:
    """The job's network, trained or found."""
    path = folder() / f"{job.file}.safetensors"
    if not path.is_file():
        # the weights that recipes start from have seen Barcelona
        start = {"init": "imagenet"} if BARCELONA in job.left_out else {}
        config = job.recipe.config(job.seed, **start)
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


def scores_of(job: Job, study: Study) -> pd.DataFrame:
    """The scores in the laboratories that the job leaves out, computed or found."""
    path = folder() / f"{job.file}.csv"
    if not path.is_file():
        embedder = network(job)
        scored = job.left_out or LABORATORIES
        frames = [score_left_out(embedder, scored, each) for each in study.views]
        scores = pd.concat(frames).assign(recipe=job.name, seed=job.seed)
        write_whole(path, scores.to_csv(index=False).encode())
    return pd.read_csv(path)


def write_results(name: str, study: Study, scores: pd.DataFrame) -> None:
    """The scores, and what they were computed with."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_whole(RESULTS / f"{name}.csv", scores.to_csv(index=False).encode())
    recipes = {name: asdict(recipe) for name, recipe in study.recipes.items()}
    record = {"date": time.strftime("%Y-%m-%d"), **machine(), "recipes": recipes}
    write_whole(RESULTS / f"{name}.json", json.dumps(record, indent=1).encode())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every unfinished training of a study, then write results/laboratories/."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.laboratories", description=main.__doc__
    )
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--part", default="1/1", type=part_of, metavar="i/n")
    asked = parser.parse_args(arguments)
    study, (part, parts) = STUDIES[asked.study], asked.part
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))
    folder().mkdir(parents=True, exist_ok=True)
    jobs = study.jobs()
    for job in jobs[part - 1 :: parts]:
        print(scores_of(job, study).to_string(index=False), flush=True)
    if all((folder() / f"{job.file}.csv").is_file() for job in jobs):
        write_results(asked.study, study, pd.concat(scores_of(job, study) for job in jobs))


if __name__ == "__main__":
    main()
