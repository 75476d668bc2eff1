"""The parts of a profile: where cells come from, which of them take part, and the episodes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path

import pandas as pd

from ..common.checks import check_choice, check_number
from ..common.settings import check_settings
from ..data.contents import unique_files
from ..data.readers.aml_lmu import read_aml_lmu
from ..data.readers.bccd import read_bccd
from ..data.readers.cnmc2019 import read_cnmc2019
from ..data.readers.image_folder import read_image_folder
from ..data.readers.image_list import read_image_list
from ..data.tables import cap_per_class, check_fractions, split_table
from ..fewshot.heads import DEFAULT_METHOD, check_method
from ..fewshot.supports import draw_supports, paper_supports

READERS = {
    "aml_lmu": read_aml_lmu,
    "bccd": read_bccd,
    "cnmc2019": read_cnmc2019,
    "image_folder": read_image_folder,
    "image_list": read_image_list,
}
DRAWS = {"nested": draw_supports, "paper": paper_supports}


@dataclass(frozen=True)
class Source:
    """Where cells come from and which of them take part.

    - `root`: relative to the data folder.
    - `options`: of the reader.
    - `classes`: keep these labels only.
    - `cap`: at most so many cells of each class.
    - `unique_files`: keep the first of byte-identical files only.
    - `split`: draw splits (name -> share) with `split_seed`; without it the reader's own stay.
    - `expect`: the number of cells per label (or per split) of a complete download.
    """

    reader: str
    root: str
    options: dict = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    cap: int | None = None
    unique_files: bool = False
    split: dict[str, float] = field(default_factory=dict)
    split_seed: int = 42
    expect: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        check_settings(self, cap=1, split_seed=0)
        check_choice("reader", self.reader, READERS)
        check_options("options", self.options, READERS[self.reader])
        if self.split:
            check_fractions("split", self.split)
        for name, count in self.expect.items():
            check_number(f"expect.{name}", count, least=0)

    def read(self, folder: Path) -> pd.DataFrame:
        """The table of the cells that take part, with `root` in `folder`.

        Raises FileNotFoundError or ValueError if the data set is missing or incomplete.
        """
        table = READERS[self.reader](folder / self.root, **self.options)
        self._check_complete(table)
        if self.classes:
            table = table[table["label"].isin(self.classes)].reset_index(drop=True)
        if self.unique_files:
            table = unique_files(table)
        if self.cap is not None:
            table = cap_per_class(table, self.cap, self.split_seed)
        return split_table(table, self.split, self.split_seed) if self.split else table

    def _check_complete(self, table: pd.DataFrame) -> None:
        """Compare with the counts of a complete download, and with the classes asked for."""
        have = pd.concat([table["label"].value_counts(), table["split"].value_counts()])
        wrong = [
            f"{name}: {have.get(name, 0)} of {count}"
            for name, count in self.expect.items()
            if have.get(name, 0) != count
        ]
        if wrong:
            raise ValueError(
                f"The data set under {self.root} is not the complete one that the profile"
                f" expects ({', '.join(wrong)}). Unpack every part of the download, and nothing"
                " else, there."
            )
        if unknown := sorted(set(self.classes) - set(table["label"].dropna())):
            raise ValueError(f"`classes` must be in {self.root}, but {unknown} are not.")


@dataclass(frozen=True)
class Target(Source):
    """The novel set: a source with a split for supports and one for query cells.

    - `pool`: the split that supports are taken from.
    - `query`: the split that query cells are taken from.
    """

    pool: str = "pool"
    query: str = "query"

    def __post_init__(self):
        super().__post_init__()
        if self.pool == self.query:
            raise ValueError(
                "`pool` and `query` must be different splits, for supports and query cells, but"
                f" both are {self.pool!r}."
            )
        if missing := sorted({self.pool, self.query} - set(self.split)) if self.split else []:
            raise ValueError(
                f"`pool` and `query` must name splits, but `split` draws {', '.join(self.split)},"
                f" not {', '.join(missing)}."
            )


@dataclass(frozen=True)
class Episodes:
    """The few-shot evaluation: how many episodes, at which k, and how supports are drawn.

    - `k`, `n_episodes`: supports per class, and episodes.
    - `ks`, `sweep_episodes`: the same for a sweep over k, episodes at each.
    - `draw`, `rng`: the draw, "nested" or "paper", and its seed.
    - `method`: the head, as in `FewShotClassifier`.
    - `n_halves`: of a laboratory's set, which is too small to be split once.
    - `views`: 1 or 8, as in `embed`; of a laboratory's set.
    """

    k: int = 10
    n_episodes: int = 100
    ks: tuple[int, ...] = (1, 2, 3, 5, 10, 15, 20, 30, 50)
    sweep_episodes: int = 20
    draw: str = "nested"
    rng: int = 42
    method: str = DEFAULT_METHOD
    n_halves: int = 20
    views: int = 1

    def __post_init__(self):
        check_settings(self, k=1, n_episodes=1, sweep_episodes=1, n_halves=1, rng=0)
        if not self.ks or min(self.ks) < 1 or len(set(self.ks)) < len(self.ks):
            raise ValueError(
                "`ks` must be different numbers of shots, at least 1, but was"
                f" {list(self.ks) or 'none'}."
            )
        check_choice("draw", self.draw, DRAWS)
        check_choice("views", self.views, (1, 8))
        check_method(self.method)


def check_options(name: str, options: dict, function: Callable) -> None:
    """Raise ValueError unless each option is a parameter of a function, but for its first."""
    known = list(signature(function).parameters)[1:]
    for option in options:
        check_choice(name, option, known)
