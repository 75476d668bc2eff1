import argparse
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
import torch

from bloodshot_lib.common.atomic_files import write_whole
from experiments.laboratories.cells import PROFILES
from experiments.laboratories.plan import STUDIES, Job, Study
from experiments.laboratories.results import write_results
from experiments.laboratories.scores import score_left_out
from experiments.laboratories.training import folder, network
from experiments.ladder import part_of


def scores_of(job: Job, study: Study) -> pd.DataFrame:
    """The scores in the laboratories that the job leaves out, computed or found."""
    path = folder() / f"{job.file}.csv"
    if not path.is_file():
        embedder = network(job)
        scored = job.left_out or tuple(PROFILES)
        frames = [score_left_out(embedder, scored, each) for each in study.views]
        scores = pd.concat(frames).assign(recipe=job.name, seed=job.seed)
        write_whole(path, scores.to_csv(index=False).encode())
    return pd.read_csv(path)


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
        recipes = {name: asdict(recipe) for name, recipe in study.recipes.items()}
        write_results(asked.study, recipes, pd.concat(scores_of(job, study) for job in jobs))


if __name__ == "__main__":
    main()
