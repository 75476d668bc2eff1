import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.fields.finder import RELEASED
from experiments import PROJECT
from experiments.fields.judging import judge
from experiments.fields.laboratories import (
    ANNOTATED,
    SINGLE,
    Laboratory,
    halves,
    read_annotated,
    read_single,
)
from experiments.fields.results import write_results
from experiments.fields.training import kept_finder
from experiments.laboratories.releases import SMALL, job_of
from experiments.laboratories.training import folder, network

WEIGHTS = PROJECT / "bloodshot_lib" / "weights" / f"{RELEASED}.safetensors"
HALF = "half, trained on the other halves of all three"


def leave_out(annotated: list[Laboratory], single: list[Laboratory]) -> None:
    """Judge each laboratory with a network and heads that have not seen it."""
    judged = []
    for laboratory in annotated:
        name = laboratory.name
        others = [each for each in annotated if each.name != name] + single
        finder = kept_finder(f"without-{name}", network_without(name), others, {})
        judged.append((laboratory, finder))
    write_judged("left_out", judged, "left out")


def in_halves(annotated: list[Laboratory], single: list[Laboratory]) -> None:
    """Train on random halves of the annotated fields, and judge on the others."""
    parts = {each.name: halves(each.fields) for each in annotated}
    learnt = {name: made_on for name, (made_on, _) in parts.items()}
    finder = kept_finder("halves", SMALL, annotated + single, learnt)
    write_judged("halves", [(each.only(parts[each.name][1]), finder) for each in annotated], HALF)


def release(annotated: list[Laboratory], single: list[Laboratory]) -> None:
    """Train on all fields, and write the released weights."""
    learnt = annotated + single
    finder = kept_finder("release", SMALL, learnt, {})
    write_whole(WEIGHTS, finder.read_bytes())
    rows = [(each.name, len(each.fields), len(each.boxes)) for each in learnt]
    table = pd.DataFrame(rows, columns=["laboratory", "images", "cells"])
    write_results("release", {"": table}, {each.name: finder for each in learnt})


def network_without(laboratory: str) -> str:
    """The file of the network of 128 px that has seen no cell of a laboratory."""
    job = job_of("128 px", (laboratory,))
    network(job)  # trained, if it is not there
    return str(folder() / f"{job.file}.safetensors")


def write_judged(name: str, judged: Sequence[tuple[Laboratory, Path]], how: str) -> None:
    """Judge each laboratory with its finder, and write what was found."""
    rows, faults = zip(*(judge(*each, how) for each in judged), strict=True)
    frames = {"": pd.DataFrame(rows), "boxes": pd.concat(faults)}
    write_results(name, frames, {laboratory.name: finder for laboratory, finder in judged})


STAGES: dict[str, Callable] = {"leave_out": leave_out, "halves": in_halves, "release": release}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the finders of a stage, or find them, judge them, and write results/fields/."""
    parser = argparse.ArgumentParser(prog="python -m experiments.fields", description=main.__doc__)
    parser.add_argument("stage", choices=STAGES)
    stage = STAGES[parser.parse_args(arguments).stage]
    stage([read_annotated(each) for each in ANNOTATED], [read_single(each) for each in SINGLE])


if __name__ == "__main__":
    main()
