"""From the report's recipe to the recommended one, a step at a time, on real cells:
`python -m experiments.ladder`.

The comparisons were written down before the runs, in what is now `ladder_plan`; all of them are
reported, in results/beyond/.

Cells: the healthy blood cells of the profile `pbc`, with the finer labels from their file names.
A partition names the classes that no training sees. The embedder learns from the others, and is
scored on the novel ones, both unshifted and through each shift of the suite, supports and query
cells alike. Recipe, head and their settings were chosen on partition A, with another draw of its
cells and a seed not used here; B and C had no part in the choice.

Measure: balanced accuracy, the mean of 100 episodes, at k = 1, 5, 10, 20; above all at k = 10,
on the novel classes and as the mean over the shift suite. Three partitions with three seeds each
are nine pairs of trainings; the interval of a difference is Student's t over the nine.
"""

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.common.cache_keys import code_key, fingerprint, source_key
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.averaging import mean_of
from experiments.group_norm import GROUPED, imagenet_start
from experiments.ladder_plan import FULL, PBC, RELEASED, Job, Plan, jobs
from experiments.ladder_scores import Task, compare_heads, load_task, read_cells, through_shifts
from experiments.objectives import Averaged

# what is behind a score: files beside this one, the library's rooms, and packages
CODE = ("averaging", "heads", "ladder", "ladder_plan", "ladder_scores", "group_norm")
ROOMS = ("data", "embedder", "fewshot")
PACKAGES = ("numpy", "pillow", "scikit-learn", "scipy", "timm", "torch")
RESULTS = PROJECT / "results" / "beyond"


def job_file(job: Job, plan: Plan) -> Path:
    """Where a finished job's scores are kept; the name depends on everything behind them."""
    cells = plan.partitions[job.partition], plan.seen, plan.pool, plan.query
    amounts = plan.uneven, plan.ks, plan.episodes, plan.fewer
    trained = asdict(job.recipe), source_key(job.objective, "objective"), job.balanced
    mean_with = job.mean_with and asdict(job.mean_with)
    files = (PROJECT / "experiments" / f"{name}.py" for name in CODE)
    code = code_key(*ROOMS, packages=PACKAGES), *files
    key = fingerprint(job.study, job.arm, *trained, mean_with, *cells, *amounts, *code)
    return PBC.artifacts / "ladder" / f"{key}.csv"


def run_job(job: Job, task: Task, plan: Plan) -> pd.DataFrame:
    """Train, or load the training, and score it as its study requires."""
    recipe, rows = job.recipe, np.arange(len(task.y_seen))
    if job.balanced:  # as many of each class, drawn with replacement
        draw = np.random.default_rng(recipe.seed).choice
        counts = task.y_seen.map(task.y_seen.value_counts()).to_numpy()
        rows = draw(len(rows), len(rows), p=1 / (counts * task.y_seen.nunique()))
    if recipe.backbone == GROUPED:
        start = PBC.artifacts / "ladder" / f"{GROUPED}-{recipe.image_size}px.safetensors"
        recipe = replace(recipe, init=str(imagenet_start(start, recipe.image_size)))
    seen, y_seen = task.seen[rows] if job.balanced else task.seen, task.y_seen.iloc[rows]
    where = {"artifacts": PBC.artifacts}
    run = bs.fit_or_load(recipe, seen, y_seen, **where, objective=job.objective)
    embedder = run.embedder
    if job.objective is Averaged:
        embedder.backbone = run.objective.average.module
    if job.mean_with:
        embedder = mean_of(embedder, bs.fit_or_load(job.mean_with, seen, y_seen, **where).embedder)
    if job.study == "heads":
        scores = compare_heads(embedder, recipe, task, plan)
    elif job.study == "options":
        scores = through_shifts(embedder, task, ("ridge",), (10,), plan.episodes)
    else:
        # lda was added for the last step after the heads' study on partition A
        last = ("lda",) if job.study == "untrained" or job.arm == plan.last_step else ()
        methods = dict.fromkeys((*plan.methods, *last))
        scores = through_shifts(embedder, task, tuple(methods), plan.ks, plan.episodes)
    return pd.DataFrame(scores).assign(training_seconds=round(run.history["seconds"].sum()))


def run_part(plan: Plan, part: int, parts: int) -> None:
    """Run every unfinished job of this part; save each separately in artifacts/."""
    table, everything, tasks = read_cells(), jobs(plan), {}
    for number, job in enumerate(everything):
        kept, size = job_file(job, plan), job.recipe.image_size
        if kept.is_file() or number % parts != part - 1:
            continue
        wanted = job.partition, size
        if wanted not in tasks:
            tasks[wanted] = load_task(table, plan.partitions[job.partition], size, plan)
        scores = run_job(job, tasks[wanted], plan)
        names = {"study": job.study, "partition": job.partition, "arm": job.arm}
        scores = scores.assign(**names, seed=job.recipe.seed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, scores.to_csv(index=False, float_format="%.4f").encode())
        at_10 = scores[scores["k"] == 10].groupby("method")["balanced_accuracy"].mean()
        place = f"{number + 1}/{len(everything)}"
        print(place, *names.values(), job.recipe.seed, at_10.round(3).to_dict(), flush=True)


def write_results(plan: Plan, frames: list[pd.DataFrame], results: Path) -> None:
    """Write the scores of all jobs, and what they were computed with and on."""
    results.mkdir(parents=True, exist_ok=True)
    write_whole(results / "scores.csv", pd.concat(frames).to_csv(index=False).encode())
    # the heads' study reuses the ladder's trainings; its fine-tuning is not counted
    trained = [frame for frame in frames if frame["study"].iloc[0] != "heads"]
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "partitions": plan.partitions,
        "seeds": plan.seeds,
        "cells of a class": {"seen": plan.seen, "pool": plan.pool, "query": plan.query},
        "steps": {step: asdict(recipe) for step, recipe in plan.recipes.items()},
        "options": {name: option.words for name, option in plan.options.items()},
        "objectives": {step: builder.__name__ for step, builder in plan.objectives.items()},
        "training_seconds": sum(int(frame["training_seconds"].iloc[0]) for frame in trained),
    }
    write_whole(results / "provenance.json", json.dumps(record, indent=1).encode())


def part_of(text: str) -> tuple[int, int]:
    """The numbers i and n of "i/n", or the error that argparse reports."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(
            f"a part must be i/n, such as 1/2 and 2/2, but was {text!r}."
        )
    return int(match[1]), int(match[2])


def main(
    arguments: Sequence[str] | None = None, plan: Plan = FULL, results: Path = RESULTS
) -> None:
    """Run every unfinished job, then write results/beyond/scores.csv.

    With `--part i/n`, only every n-th job from the i-th on, so that n processes share the work.
    With `--released`, the releases' recipes on the ladder's cells, in results/beyond/released/.
    """
    parser = argparse.ArgumentParser(
        prog="python -m experiments.ladder", description=main.__doc__
    )
    parser.add_argument("--part", default="1/1", type=part_of, metavar="i/n")
    parser.add_argument("--released", action="store_true")
    asked = parser.parse_args(arguments)
    part, parts = asked.part
    if asked.released:
        plan, results = RELEASED, RESULTS / "released"
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))
    run_part(plan, part, parts)
    everything = [job_file(job, plan) for job in jobs(plan)]
    frames = [pd.read_csv(path) for path in everything if path.is_file()]
    if len(frames) == len(everything):
        write_results(plan, frames, results)
    print(f"{len(frames)} of {len(everything)} jobs are finished")


if __name__ == "__main__":
    main()
