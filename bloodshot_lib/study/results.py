"""Results of a run, written with their provenance."""

import hashlib
import json
import os
import platform
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import torch

from ..common.atomic_files import write_whole
from ..common.cache_keys import fingerprint
from ..common.launched_processes import this_process
from ..common.paths import home
from ..data.contents import merge_subjects
from ..embedder.weights_file import weights_file
from ..fewshot.halves import HalvesResult
from .arms import ArmResults
from .cells import load_cells
from .profiles import Profile


def machine() -> dict:
    """What a result was computed on and with."""
    device = this_process().device
    packages = ("torch", "timm", "numpy", "pillow", "scikit-learn")
    return {
        "device": (
            torch.cuda.get_device_name()
            if device.type == "cuda"
            else f"CPU, {os.cpu_count()} cores"
        ),
        "python": platform.python_version(),
        "versions": {name: version(name).split("+")[0] for name in packages},
    }


def write_results(profile: Profile, made: ArmResults | HalvesResult) -> Path:
    """Write what a profile made to results/<profile>/, and return that folder.

    - What `run_arms` made: episodes, replicates, histories and their provenance.
    - What `run_laboratory` made: episodes, replicates, confusions and their provenance.
    """
    folder = home() / "results" / profile.name
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(made, ArmResults):
        digits, facts = {"histories": "%.4g"}, _facts_of_arms(profile, made)
    else:
        digits, facts = {"confusion": "%.4f"}, _facts_of_laboratory(profile)
    for name, form in {"episodes": "%.4f", "replicates": "%.4f", **digits}.items():
        frame = getattr(made, name).to_csv(index=False, float_format=form)
        write_whole(folder / f"{name}.csv", frame.encode())
    today = {"profile": profile.name, "date": time.strftime("%Y-%m-%d")}
    record = json.dumps(today | machine() | facts, indent=1)
    write_whole(folder / "provenance.json", record.encode())
    return folder


def _facts_of_laboratory(profile: Profile) -> dict:
    """What a laboratory's result needs to be trusted and repeated: data, weights, episodes."""
    table = profile.data.target
    names = [Path(path).name for path in table["path"]]
    files = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in table["path"]]
    return {
        "cells": table["label"].value_counts().sort_index().to_dict(),
        "subjects": int(merge_subjects(table).nunique()) if (table["subject"] != "").all() else 0,
        "data_fingerprint": fingerprint(names, list(table["label"]), files),
        "embedder": profile.embedder,
        "weights": fingerprint(weights_file(profile.weights)),
        "episodes": asdict(profile.episodes),
    }


def _facts_of_arms(profile: Profile, made: ArmResults) -> dict:
    """What a result of arms needs to be trusted and repeated: time, data, recipe, seeds."""
    tables = {"source": profile.data.source, "target": profile.data.target}
    names = [[Path(path).name for path in table["path"]] for table in tables.values()]
    labels = [list(table["label"]) for table in tables.values()]
    train, pool, query = (load_cells(profile, role) for role in ("train", "pool", "query"))
    images = train.images, pool.images, query.images
    counts = {
        f"{part} {split}": int(count)
        for part, table in tables.items()
        for split, count in table["split"].value_counts().sort_index().items()
    }
    return {
        "training_seconds": round(made.histories["seconds"].sum()),
        "cells": counts,
        "query": query.labels.value_counts().sort_index().to_dict(),
        "data_fingerprint": fingerprint(*names, *labels, *images),
        "train": {k: v for k, v in vars(profile.train).items() if k not in ("loss", "seed")},
        "arms": profile.arms,
        "seeds": list(profile.seeds),
    }
