"""The parts of a profile: where cells come from, which of them take part, and the episodes."""

from dataclasses import dataclass, field

from ..common.checks import check_choice, check_number
from ..common.dataclass_fields import check_fields
from ..data.readers.aml_lmu import read_aml_lmu
from ..data.readers.bccd import read_bccd
from ..data.readers.cnmc2019 import read_cnmc2019
from ..data.readers.image_folder import read_image_folder
from ..fewshot.heads import DEFAULT_METHOD, check_method
from ..fewshot.supports import draw_supports, paper_supports

READERS = {
    "aml_lmu": read_aml_lmu,
    "bccd": read_bccd,
    "cnmc2019": read_cnmc2019,
    "image_folder": read_image_folder,
}
DRAWS = {"nested": draw_supports, "paper": paper_supports}


@dataclass(frozen=True)
class Source:
    """Where cells come from and which of them take part.

    - `root`: relative to the data folder.
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
        check_fields(self)
        check_choice("reader", self.reader, READERS)
        check_number("split_seed", self.split_seed, least=0)
        if self.cap is not None:
            check_number("cap", self.cap, least=1)
        for name, share in self.split.items():
            check_number(f"split.{name}", share, above=0, most=1)
        if self.split and abs(sum(self.split.values()) - 1) > 1e-9:
            raise ValueError(
                f"The shares of `split` sum to 1; {self.split} sum to"
                f" {sum(self.split.values()):g}."
            )
        for name, count in self.expect.items():
            check_number(f"expect.{name}", count, least=0)


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
                "`pool` and `query`: supports and query cells come from different splits; both"
                f" are {self.pool!r}."
            )
        if missing := sorted({self.pool, self.query} - set(self.split)) if self.split else []:
            raise ValueError(
                f"`pool` and `query` name splits; `split` draws {', '.join(self.split)}, not "
                f"{', '.join(missing)}."
            )


@dataclass(frozen=True)
class Episodes:
    """The few-shot evaluation: how many episodes, at which k, and how supports are drawn.

    - `k`, `n_episodes`: supports per class, and episodes.
    - `ks`, `sweep_episodes`: the same for a sweep over k, episodes at each.
    - `draw`, `rng`: the draw, "nested" or "paper", and its seed.
    - `max_per_subject`: limits the supports from one subject, subjects that share identical
      files counting as one.
    - `normalise`: scales embeddings to length 1 before prototypes are averaged.
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
    max_per_subject: int | None = None
    normalise: bool = False
    method: str = DEFAULT_METHOD
    n_halves: int = 20
    views: int = 1

    def __post_init__(self):
        check_fields(self)
        for name in ("k", "n_episodes", "sweep_episodes", "n_halves"):
            check_number(name, getattr(self, name), least=1)
        if not self.ks or min(self.ks) < 1 or len(set(self.ks)) < len(self.ks):
            raise ValueError(
                "`ks` are different numbers of shots, at least 1; got"
                f" {list(self.ks) or 'none'}."
            )
        if self.max_per_subject is not None:
            check_number("max_per_subject", self.max_per_subject, least=1)
        check_number("rng", self.rng, least=0)
        check_choice("draw", self.draw, DRAWS)
        check_choice("views", self.views, (1, 8))
        check_method(self.method)
