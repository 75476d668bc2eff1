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
from ..data.tables import merge_subjects
from ..embedder.model import weights_file
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
    frames = {"episodes": "%.4f", "replicates": "%.4f"}
    if isinstance(made, ArmResults):
        frames, record = frames | {"histories": "%.4g"}, _provenance(profile, made)
    else:
        frames, record = frames | {"confusion": "%.4f"}, _laboratory_provenance(profile)
    for name, digits in frames.items():
        frame = getattr(made, name).to_csv(index=False, float_format=digits)
        write_whole(folder / f"{name}.csv", frame.encode())
    write_whole(folder / "provenance.json", json.dumps(record, indent=1).encode())
    return folder


def _laboratory_provenance(profile: Profile) -> dict:
    """What a laboratory's result needs to be trusted and repeated."""
    table = profile.read_target()
    names = [Path(path).name for path in table["path"]]
    files = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in table["path"]]
    return {
        "profile": profile.name,
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "cells": table["label"].value_counts().sort_index().to_dict(),
        "subjects": int(merge_subjects(table).nunique()) if (table["subject"] != "").all() else 0,
        "data_fingerprint": fingerprint(names, list(table["label"]), files),
        "embedder": profile.embedder,
        "weights": fingerprint(weights_file(profile.embedder)),
        "episodes": asdict(profile.episodes),
    }


def _provenance(profile: Profile, made: ArmResults) -> dict:
    """What a committed result needs to be trusted and repeated.

    That is data, recipe, versions, device and time.
    """
    tables = {"source": profile.read_source(), "target": profile.read_target()}
    names = [[Path(path).name for path in table["path"]] for table in tables.values()]
    labels = [list(table["label"]) for table in tables.values()]
    images = [load_cells(profile, role).images for role in ("train", "pool", "query")]
    counts = {
        f"{part} {split}": int(count)
        for part, table in tables.items()
        for split, count in table["split"].value_counts().sort_index().items()
    }
    query = load_cells(profile, "query").labels.value_counts().sort_index()
    return {
        "profile": profile.name,
        "date": time.strftime("%Y-%m-%d"),
        "training_seconds": round(made.histories["seconds"].sum()),
        **machine(),
        "cells": counts,
        "query": query.to_dict(),
        "data_fingerprint": fingerprint(*names, *labels, *images),
        "train": {k: v for k, v in vars(profile.train).items() if k not in ("loss", "seed")},
        "arms": profile.arms,
        "seeds": list(profile.seeds),
    }
