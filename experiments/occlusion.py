"""What moves the verdict, the nucleus, the rest of the cell or the background:
`python -m experiments.occlusion`.

Real cells of which no network here saw the class, or the laboratory: the three novel classes
of the profile `recommended`, by that recipe's network, and BCCD, by release 3 trained without it.
Ten cells of each class are the supports; of the others, cells named right and wrong are covered
piece by piece. `moved` is the share of the movement of the verdict (of either sign) that falls
on a region, `area` its share of the image, `changed` its share of what the patches change in
the pixels; moved / area and moved / changed are 1 where a region matters as much as any other.
A patch over two regions counts for both, by area.

Patch and stride are an eighth and a sixteenth of the image and were fixed before the first run.
The same with a random network is the check of Adebayo et al. (2018). It writes
results/occlusion.json.
"""

import json
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from scipy.stats import spearmanr

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.embedder.model import rebuilt
from bloodshot_lib.embedder.occlusion import patches
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.cell_regions import REGIONS, regions

AS = {"precision": "float32", "backend": "openvino"}  # a fifth of torch's time
K, SEED, RANDOM, DRAWS = 10, 0, 123, 2000
MOST = 8  # cells of a class that are named right, and of those that are named wrong


class Set(NamedTuple):
    """Cells (N, S, S, 3) with labels, which of them may be supports, and the network."""

    images: np.ndarray
    labels: np.ndarray
    pool: np.ndarray
    embedder: bs.Embedder


def sets() -> Iterator[tuple[str, Set]]:
    """The novel healthy classes, and BCCD in halves that part no cell's two photographs."""
    healthy = bs.load_profile("recommended")
    embedder = bs.fit_arm(healthy, "softmax").embedder
    parts = [bs.load_cells(healthy, role) for role in ("pool", "query")]
    labels = [part.labels.to_numpy(dtype=str) for part in parts]
    pool = np.arange(sum(map(len, labels))) < len(labels[0])
    images = np.concatenate([part.images for part in parts])
    yield "pbc", Set(images, np.concatenate(labels), pool, embedder)
    bccd = bs.load_profile("bccd")
    table, embedder = bccd.read_target(), bs.Embedder.load(bccd.weights)
    images, labels = bs.load_images(table, embedder.image_size), table["label"].to_numpy(dtype=str)
    (pool,) = bs.draw_halves(labels, 1, SEED, table["subject"], K)
    yield "bccd", Set(images, labels, pool, embedder)


def shares(image: np.ndarray, parts: np.ndarray, drops: np.ndarray) -> pd.DataFrame:
    """Of each region the share of the area, of the change in pixels and of the movement.

    `towards` is the part of the movement that speaks for the verdict less that against it.
    """
    side = len(image)
    places = patches(side, side // 8, side // 16)
    cover = np.array([[part[place].mean() for part in parts] for place in places])
    distance = np.abs(image - image.reshape(-1, 3).mean(0).round()).sum(axis=2)
    change = np.array([distance[place].sum() for place in places])
    drops = drops.ravel()
    moved = np.abs(drops)
    return pd.DataFrame(
        {
            "region": REGIONS,
            "area": cover.mean(axis=0),
            "changed": change @ cover / (change.sum() or 1.0),
            "moved": moved @ cover / (moved.sum() or 1.0),
            "towards": drops @ cover / (moved.sum() or 1.0),
        }
    )


def chosen(given: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Up to MOST rows of each class that are named right, and as many that are named wrong."""
    order = np.random.default_rng(SEED).permutation(rows)
    right = given[order] == labels[order]
    groups = [order[(labels[order] == c) & (right == w)] for c in set(labels) for w in (0, 1)]
    return np.sort(np.concatenate([group[:MOST] for group in groups]))


def explain(name: str, part: Set) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The shares of each cell in a set, by the trained and by a random network, and how their
    maps agree.
    """
    side, labels = part.embedder.image_size, part.labels
    pool = np.flatnonzero(part.pool)
    supports = pool[bs.draw_supports(labels[pool], K, 1, SEED).ravel()]
    torch.manual_seed(RANDOM)
    networks = {"trained": part.embedder, "untrained": rebuilt(part.embedder.header).eval()}
    where = {"patch": side // 8, "stride": side // 16, "progress": True, "backend": "openvino"}
    classifiers = {
        network: bs.FewShotClassifier().fit(
            bs.embed(embedder, part.images[supports], **AS), labels[supports]
        )
        for network, embedder in networks.items()
    }
    asked, given = np.flatnonzero(~part.pool), np.array(labels)
    Z = bs.embed(part.embedder, part.images[asked], **AS)
    given[asked] = classifiers["trained"].predict(Z)
    masks = {cell: regions(part.images[cell]) for cell in chosen(given, labels, asked)}
    cells = np.array([cell for cell, mask in masks.items() if mask is not None])
    maps = {
        network: bs.occlusion_maps(embedder, classifiers[network], part.images[cells], **where)
        for network, embedder in networks.items()
    }
    maps["background"] = bs.occlusion_maps(
        part.embedder, classifiers["trained"], part.images[cells], fill="background", **where
    )
    frames = []
    for network in networks:
        for number, cell in enumerate(cells):
            found = shares(part.images[cell], masks[cell], maps[network][number])
            frames.append(
                found.assign(
                    set=name,
                    network=network,
                    label=labels[cell],
                    right=bool(given[cell] == labels[cell]),
                    evidence=np.abs(maps[network][number]).mean(),
                    cell=number,
                )
            )
    return pd.concat(frames, ignore_index=True), agreement(name, maps)


def agreement(name: str, maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """The median over cells of the rank correlation of two maps, of their sizes and as they are."""
    rows = []
    for other, what in (("untrained", "a random network"), ("background", "the other colour")):
        for kind, value in (("size", np.abs), ("signed", np.asarray)):
            found = [
                spearmanr(value(one).ravel(), value(two).ravel()).statistic
                for one, two in zip(maps["trained"], maps[other], strict=True)
            ]
            low, middle, high = np.nanquantile(found, [0.25, 0.5, 0.75]).round(3)
            rows.append(
                {
                    "set": name,
                    "with": what,
                    "of": kind,
                    "median": middle,
                    "quarter": low,
                    "three_quarters": high,
                    "cells": len(found),
                }
            )
    return pd.DataFrame(rows)


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over cells with 95 % intervals (bootstrap over cells), by class and over classes."""
    rows, rng = [], np.random.default_rng(SEED)
    everything = pd.concat([frame, frame.assign(label="all")])
    by = ["set", "network", "right", "label", "region"]
    for key, group in everything.groupby(by, sort=False):
        values = group[["area", "changed", "moved"]].to_numpy()
        drawn = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
        area, changed, moved = values.mean(axis=0)
        row = dict(zip(by, key, strict=True)) | {"cells": len(group)}
        row |= {"area": area, "changed": changed, "moved": moved}
        row["towards"] = group["towards"].mean()
        row["per_area"], row["per_change"] = moved / area, moved / changed
        ratios = drawn[:, 2:] / np.maximum(drawn[:, :2], 1e-9)
        for n, ratio in enumerate(("per_area", "per_change")):
            row[f"{ratio}_low"], row[f"{ratio}_high"] = np.quantile(ratios[:, n], [0.025, 0.975])
        quarters = (group["moved"] / group["area"].where(group["area"] > 0)).quantile([0.25, 0.75])
        row["cells_quarter"], row["cells_three_quarters"] = quarters
        rows.append(row)
    return pd.DataFrame(rows).round(3)


def main(project: Path = PROJECT) -> None:
    """Cover the cells of both sets, and write what came out."""
    frames, agreements = zip(*(explain(name, part) for name, part in sets()), strict=True)
    table = summary(pd.concat(frames, ignore_index=True))
    made_with = machine()
    made_with["versions"]["scipy"] = version("scipy")
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        **made_with,
        "k": K,
        "seed": SEED,
        "patch": "side / 8",
        "stride": "side / 16",
        "fill": "mean",
        "regions": table.astype(object).where(table.notna(), None).to_dict("records"),
        "agreement": pd.concat(agreements).to_dict("records"),
    }
    write_whole(project / "results" / "occlusion.json", json.dumps(facts, indent=1).encode())
    print(table[table["label"] == "all"].to_string())


if __name__ == "__main__":
    main()
