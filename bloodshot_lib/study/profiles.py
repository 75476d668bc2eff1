"""Profiles: one TOML file = one experiment, every key checked, and the tables that it names."""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from inspect import signature
from pathlib import Path

import pandas as pd

from ..common.cache_keys import code_key, fingerprint
from ..common.checks import check_choice, check_number
from ..common.dataclass_fields import check_fields
from ..common.paths import SHIPPED, artifacts_folder, data_folder
from ..data.tables import cap_per_class, split_table, unique_files
from ..embedder.recipe import TrainConfig
from ..synthetic.twin import write_synthetic_twin
from .profile_fields import DRAWS, READERS, Episodes, Source, Target
from .profile_tables import build, check_name

PROFILES = SHIPPED / "profiles"


@dataclass(frozen=True)
class Profile:
    """One experiment: its data, training recipe, arms, seeds and episodes.

    - `source`, `target`: what an embedder learns from, and the novel set. Without a source
      the profile names an `embedder` that is finished, a released name or a file, and the
      target is evaluated on itself in halves (`run_laboratory`).
    - `train`: the recipe.
    - `arms`: a name each, and what its recipe changes, its `loss` at least.
    - `seeds`: of the trainings of each arm.
    - `note`: printed under the figures.
    - `margin_on`: the class number that keeps its margin when the source's test cells are
      classified; 0 repeats the report's Table 2, none is right.
    - `synthetic`: how the twin is drawn, if it is read.
    """

    name: str
    title: str
    target: Target
    source: Source | None = None
    embedder: str = ""
    train: TrainConfig = field(default_factory=TrainConfig)
    episodes: Episodes = field(default_factory=Episodes)
    arms: dict[str, dict] = field(default_factory=dict)
    seeds: tuple[int, ...] = (123,)
    note: str = ""
    margin_on: int | None = None
    synthetic: dict | None = None

    def __post_init__(self):
        check_fields(self)
        if (self.source is None) != bool(self.embedder):
            raise ValueError(
                "A profile has either a [source] to train on or an `embedder` that is finished;"
                f" got {'both' if self.source else 'neither'}."
            )
        if self.embedder and self.arms:
            raise ValueError("A profile with a finished `embedder` trains no [arms]; got some.")
        if not self.seeds or min(self.seeds) < 0 or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(
                "`seeds` names at least one training seed, none of them twice or below 0; got "
                f"{list(self.seeds) or 'none'}."
            )
        if self.margin_on is not None:
            check_number("margin_on", self.margin_on, least=0)
        for name, function, given in (
            ("synthetic", write_synthetic_twin, self.synthetic or {}),
            *(
                (f"{part}.options", READERS[spec.reader], spec.options)
                for part in ("source", "target")
                if (spec := getattr(self, part))
            ),
        ):
            for key in given:
                check_choice(name, key, list(signature(function).parameters)[1:])
        for arm in self.arms:
            self.recipe(arm)

    @property
    def artifacts(self) -> Path:
        """Where runs and image arrays are kept.

        $BLOODSHOT_ARTIFACTS, or `artifacts` in the checkout or the current folder.
        """
        return artifacts_folder()

    @property
    def data_root(self) -> Path:
        """The folder that roots are relative to.

        The twin's; without a twin $BLOODSHOT_DATA, or `data` in the checkout or the current
        folder.
        """
        if self.synthetic is None:
            return data_folder()
        code = code_key("synthetic", packages=("numpy", "pillow"))
        return self.artifacts / f"twin-{fingerprint(self.synthetic, code)}"

    @property
    def draw(self) -> Callable:
        """The function that draws supports: `draw_supports` or `paper_supports`."""
        return DRAWS[self.episodes.draw]

    def recipe(self, arm: str, seed: int | None = None) -> TrainConfig:
        """The training recipe of one arm, with the profile's first seed or the one given."""
        check_name(arm, self.arms, "arm", f"profile {self.name}")
        seed = self.seeds[0] if seed is None else seed
        return replace(self.train, **self.arms[arm], seed=seed)

    @cached_property
    def kept(self) -> dict:
        """What has been read for this profile so far: tables and cells, each of them once."""
        return {}

    def read_source(self) -> pd.DataFrame:
        """The source table, read once.

        Raises FileNotFoundError or ValueError if the data set is missing or incomplete, or if
        the profile has no source.
        """
        if self.source is None:
            raise ValueError(
                f"The profile {self.name!r} has no source: its embedder, {self.embedder!r}, is"
                " finished. run_laboratory(profile) evaluates it on the target."
            )
        return self._table("source")

    def read_target(self) -> pd.DataFrame:
        """The target table, read once.

        Raises FileNotFoundError or ValueError if the data set is missing or incomplete.
        """
        return self._table("target")

    def _table(self, part: str) -> pd.DataFrame:
        if part not in self.kept:
            self.kept[part] = self._read(getattr(self, part))
        return self.kept[part].copy()

    def _read(self, spec: Source) -> pd.DataFrame:
        if self.synthetic is not None:
            write_synthetic_twin(self.data_root, **self.synthetic)
        try:
            table = READERS[spec.reader](self.data_root / spec.root, **spec.options)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"{error} The profile {self.name!r} expects it there; its file says where to"
                " get the data. Set BLOODSHOT_DATA to the folder that holds them."
            ) from error
        _check_counts(table, spec, self.name)
        if unknown := sorted(set(spec.classes) - set(table["label"].dropna())):
            raise ValueError(
                f"Profile {self.name!r} asks for classes that {spec.root} does not have:"
                f" {unknown}."
            )
        if spec.classes:
            table = table[table["label"].isin(spec.classes)].reset_index(drop=True)
        if spec.unique_files:
            table = unique_files(table)
        if spec.cap is not None:
            table = cap_per_class(table, spec.cap, spec.split_seed)
        return split_table(table, spec.split, spec.split_seed) if spec.split else table


def load_profile(name: str | Path | None = None) -> Profile:
    """Load a profile by its name in `profiles/`, or from the path of a TOML file.

    The default is $BLOODSHOT_PROFILE, or else demo. Raises FileNotFoundError if there is none,
    naming those there are, and ValueError for an unknown key, reader, draw or arm, naming the
    nearest one.
    """
    name = str(name or os.environ.get("BLOODSHOT_PROFILE") or "demo")
    path = Path(name) if name.endswith(".toml") else PROFILES / f"{name}.toml"
    if not path.is_file():
        known = sorted(p.stem for p in PROFILES.glob("*.toml"))
        raise FileNotFoundError(
            f"There is no profile {path}. Known: {', '.join(known)}; or pass a .toml file's"
            " path."
        )
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}.") from error
    where = path.name
    for part, kind in {
        "source": Source,
        "target": Target,
        "train": TrainConfig,
        "episodes": Episodes,
    }.items():
        if part in settings or part == "target":
            settings[part] = build(kind, settings.get(part, {}), f"[{part}] of {where}")
    for arm, changes in (
        settings.get("arms", {}).items() if isinstance(settings.get("arms"), dict) else ()
    ):
        for key in changes if isinstance(changes, dict) else ():
            check_name(
                key, {f.name for f in fields(TrainConfig)}, "key", f"[arms] {arm!r} of {where}"
            )
    return build(Profile, settings | {"name": path.stem}, where)


def _check_counts(table: pd.DataFrame, spec: Source, profile: str) -> None:
    """Compare with the counts of a complete download, by label or by split."""
    have = pd.concat([table["label"].value_counts(), table["split"].value_counts()])
    wrong = {
        key: (int(have.get(key, 0)), count)
        for key, count in spec.expect.items()
        if have.get(key, 0) != count
    }
    if wrong:
        listed = ", ".join(f"{key}: {got} of {wanted}" for key, (got, wanted) in wrong.items())
        raise ValueError(
            f"The data set under {spec.root} is not the complete one that the profile"
            f" {profile!r} expects ({listed}). Unpack every part of the download, and nothing"
            " else, there."
        )
