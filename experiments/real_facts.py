"""Facts about the report's two sets that chapter 1 shows: `python -m experiments.real_facts`.

results/report/identical_files.csv is counted in a list of C-NMC 2019's files with their SHA-256,
results/report/colours.csv measured on the samples of both sets. Neither holds a pixel.
"""

import argparse
from pathlib import Path

import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from experiments import PROJECT

FOLDER = PROJECT / "results" / "report"
PARTS = r"(?P<fold>fold_\d)/(?P<label>all|hem)/UID_(?P<subject>[Hh]?\d+)_"
SIZE = 64  # pixels at which the colours are measured, as in the chapter


def identical_files(manifest: Path) -> pd.DataFrame:
    """Pairs of identical files among the training folds, by the people whose names they bear.

    `manifest` is a csv with the columns `path` and `sha256`. Returns a row for each pair of
    subjects, with the number of `pairs`, the most first.
    """
    files = pd.read_csv(manifest)
    files = files.join(files["path"].str.extract(PARTS)).dropna(subset="fold")
    files["subject"] = files["subject"].str.upper()
    files = files.sort_values(["sha256", "fold", "subject"])
    two = files[files["sha256"].duplicated(keep=False)].groupby("sha256")
    if (two.size() != 2).any():
        raise ValueError(f"{manifest} lists a file more than twice; pairs were expected.")
    first, other = two.first(), two.last().add_prefix("other_")
    columns = ["label", "subject", "fold", "other_subject", "other_fold"]
    pairs = first.join(other).groupby(columns).size().rename("pairs").reset_index()
    return pairs.sort_values("pairs", ascending=False, kind="stable")


def colours(source: Path, target: Path) -> pd.DataFrame:
    """The colour facts of both sets' samples, a row per image; the column `domain` says which."""
    tables = {
        "source, Munich": bs.read_aml_lmu(source, drop=()),
        "target, Delhi": bs.read_cnmc2019(target),
    }
    facts = {name: bs.colour_facts(bs.load_images(table, SIZE)) for name, table in tables.items()}
    return pd.concat(facts, names=["domain"]).reset_index("domain").round(2)


def main() -> None:
    """Count and measure, and write both tables."""
    parser = argparse.ArgumentParser("python -m experiments.real_facts", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the manifest and both samples")
    data = parser.parse_args().data
    tables = {
        "identical_files": identical_files(data / "cnmc2019_manifest.csv.gz"),
        "colours": colours(data / "aml_lmu_sample", data / "cnmc2019_sample"),
    }
    for name, table in tables.items():
        write_whole(FOLDER / f"{name}.csv", table.to_csv(index=False).encode())


if __name__ == "__main__":
    main()
