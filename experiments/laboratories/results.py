"""What a study found, written with its provenance."""

import json
import time

import pandas as pd

from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.results import machine
from experiments import PROJECT

RESULTS = PROJECT / "results" / "laboratories"


def write_results(name: str, recipes: dict, scores: pd.DataFrame) -> None:
    """The scores, and what they were computed with."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_whole(RESULTS / f"{name}.csv", scores.to_csv(index=False).encode())
    record = {"date": time.strftime("%Y-%m-%d"), **machine(), "recipes": recipes}
    write_whole(RESULTS / f"{name}.json", json.dumps(record, indent=1).encode())
