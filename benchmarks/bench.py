"""`make bench`: the obvious way and ours, in turn, in one run; medians, spreads, ratios."""

import argparse
import difflib
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import torch

from benchmarks import PROJECT
from benchmarks.arrays import ceilings, evaluation, growth, losses
from benchmarks.fields import fields
from benchmarks.measure import compare
from benchmarks.page import page
from benchmarks.pixels import embedding, images, training
from benchmarks.sizes import FULL, GPU, Sizes
from benchmarks.starting import chapters, imports, own_cells
from bloodshot_lib.common.atomic_files import write_whole

# a job gets an empty folder to work in and the sizes to work at, and returns its rows
Job = Callable[[Path, Sizes], list[dict]]
JOBS: dict[str, Job] = {
    job.__name__: job
    for job in (
        ceilings,
        evaluation,
        images,
        embedding,
        training,
        losses,
        growth,
        imports,
        own_cells,
        fields,
        page,
        chapters,
    )
}
RESULTS = PROJECT / "results" / ("bench_gpu.json" if GPU else "bench.json")
PACKAGES = (
    "torch",
    "numpy",
    "scikit-learn",
    "pillow",
    "openvino",
    "easyfsl",
    "pytorch-metric-learning",
)


def run(names: Iterable[str], results: Path = RESULTS, sizes: Sizes = FULL) -> list[str]:
    """Run these jobs, save each to `results` as soon as it ends, and return those that failed.

    A failure is printed, and the next job runs; earlier rows of a failed job stay in `results`.
    """
    results.parent.mkdir(parents=True, exist_ok=True)
    failed = []
    for name in names:
        print(f"== {name}: {JOBS[name].__doc__.splitlines()[0]}", flush=True)
        start = time.perf_counter()
        try:
            with tempfile.TemporaryDirectory() as folder:
                rows = JOBS[name](Path(folder), sizes)
        except Exception:
            traceback.print_exc()
            failed.append(name)
        else:
            keep(results, name, rows, (time.perf_counter() - start) / 60)
    return failed


def keep(results: Path, name: str, rows: list[dict], minutes: float) -> None:
    """Put a job's rows and minutes into the file, in place of its earlier ones."""
    kept = json.loads(results.read_text()) if results.is_file() else {"minutes": {}, "rows": []}
    taken = kept["minutes"] | {name: round(minutes, 2)}
    # jobs may be repeated on different processors
    ran_on = kept.get("instructions", {}) | {name: torch.backends.cpu.get_cpu_capability()}
    rows = [each for each in kept["rows"] if each["job"] != name] + [
        {"job": name} | each for each in rows
    ]
    table = compare([each for job in JOBS for each in rows if each["job"] == job])
    record = {
        "date": time.strftime("%Y-%m-%d"),
        "minutes": {job: taken[job] for job in JOBS if job in taken},
        "device": torch.cuda.get_device_name() if GPU else f"CPU, {os.cpu_count()} cores",
        "instructions": {job: ran_on[job] for job in JOBS if job in ran_on},
        "python": platform.python_version(),
        "versions": {package: version(package).split("+")[0] for package in PACKAGES},
        "rows": json.loads(table.to_json(orient="records", double_precision=6)),
    }
    write_whole(results, json.dumps(record, indent=1).encode())


def show(results: Path) -> None:
    """Print the file's table."""
    table = pd.DataFrame(json.loads(results.read_text())["rows"])
    table = table.drop(columns=["job", "amount", "gflop", "precision"], errors="ignore")
    with pd.option_context(
        "display.width",
        250,
        "display.max_columns",
        None,
        "display.float_format",
        "{:.4g}".format,
    ):
        print(table.to_string(index=False, na_rep=""))


def job_name(name: str) -> str:
    """The name, if it is a job's; otherwise the error that argparse reports."""
    if name not in JOBS:
        near = difflib.get_close_matches(name, JOBS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise argparse.ArgumentTypeError(
            f"there is no job {name!r}.{hint} Known: {', '.join(JOBS)}."
        )
    return name


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the jobs named, or all except the chapters, and print the table of all results."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench", description=main.__doc__
    )
    parser.add_argument("job", nargs="*", type=job_name, help=", ".join(JOBS))
    parser.add_argument(
        "--results",
        type=Path,
        default=RESULTS,
        metavar="FILE",
        help="where each job's rows go when it ends: %(default)s",
    )
    chosen = parser.parse_args(arguments)
    names = dict.fromkeys(chosen.job or [name for name in JOBS if name != "chapters"])
    failed = run(names, chosen.results)
    if len(failed) < len(names):
        show(chosen.results)
        print(f"written to {chosen.results}")
    if failed:
        sys.exit(f"Failed, as shown above: {', '.join(failed)}. The other jobs are kept.")


if __name__ == "__main__":
    main()
