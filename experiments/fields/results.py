"""What was found, written with its provenance."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bloodshot_lib.common.atomic_files import make_folder, write_whole
from bloodshot_lib.common.cache_keys import fingerprint
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.fields.feature_maps import LEAST, MAPS, SEED
from experiments.fields.training import HEADS, STEPS

RESULTS = PROJECT / "results" / "fields"
RECIPE = {"maps": MAPS, "least": LEAST, "seed": SEED, "heads": HEADS, "steps": STEPS}


def write_results(
    name: str, frames: Mapping[str, pd.DataFrame], finders: Mapping[str, Path]
) -> None:
    """Write frames as NAME.csv and NAME_KEY.csv, and what they were computed with as NAME.json.

    - `finders`: the file of each laboratory's finder.
    """
    make_folder(RESULTS)
    for key, frame in frames.items():
        file = RESULTS / f"{name}{'_' * bool(key)}{key}.csv"
        write_whole(file, frame.to_csv(index=False, float_format="%.6g").encode())
    weights = {laboratory: fingerprint(finder) for laboratory, finder in finders.items()}
    record = {"date": time.strftime("%Y-%m-%d"), **machine(), "recipe": RECIPE, "finders": weights}
    write_whole(RESULTS / f"{name}.json", json.dumps(record, indent=1).encode())
