"""The command: `python -m experiments.original_releases SET RELEASE OUT`."""

import argparse
from pathlib import Path

import pandas as pd

from bloodshot_lib.common.atomic_files import whole_folder
from bloodshot_lib.common.checks import check_absent
from bloodshot_lib.data.folder_contents import existing_folder

from . import bangkok, barcelona, bccd, bcisc
from .release import read_manifest

ON_GITHUB = {"bangkok": bangkok, "bccd": bccd, "bcisc": bcisc}


def make(name: str, release: Path, out: Path, size: int = 128) -> pd.DataFrame:
    """Make the new folder `out` of a set's crops from its release; returns its list.

    - `size`: of Barcelona's crops, 128 or 192 px.

    Raises FileNotFoundError, NotADirectoryError or ValueError if there is no such release, or
    `out` exists.
    """
    release = existing_folder("release", release, "the unpacked release")
    check_absent(out)
    with whole_folder(out, sole=True) as folder:
        if name == "barcelona":
            index = barcelona.cut(release, folder, size)
        else:
            index = ON_GITHUB[name].cut(release, folder, read_manifest(name))
        index.to_csv(folder / "index.csv", index=False)
    return index


def main(arguments: list[str] | None = None) -> None:
    """Make the folder, and say how many crops of each class it holds."""
    parser = argparse.ArgumentParser(
        "python -m experiments.original_releases",
        description="From a data set's original release to the folder of crops.",
    )
    parser.add_argument("set", choices=[*ON_GITHUB, "barcelona"])
    parser.add_argument("release", type=Path, help="the folder of the unpacked release")
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument(
        "--size", type=int, choices=list(barcelona.ENCODINGS), default=128,
        help="of Barcelona's crops, in pixels (default: 128)",
    )  # fmt: skip
    asked = parser.parse_args(arguments)
    try:
        index = make(asked.set, asked.release, asked.out, asked.size)
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    counts = index["label"].value_counts().sort_index()
    named = ", ".join(f"{label} {count:,}" for label, count in counts.items())
    print(f"{len(index):,} crops in {asked.out}: {named}.")


if __name__ == "__main__":
    main()
