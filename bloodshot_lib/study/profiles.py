"""Profiles: one experiment's settings, every one of them checked."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..common.cache_keys import code_key, fingerprint
from ..common.checks import check_choice
from ..common.paths import artifacts_folder, data_folder
from ..common.settings import check_settings
from ..embedder.recipe import TrainConfig
from ..synthetic.twin import write_synthetic_twin
from .profile_data import ProfileData
from .profile_parts import DRAWS, Episodes, Source, Target, check_options


@dataclass(frozen=True)
class Profile:
    """One experiment: its data, training recipe, arms, seeds and episodes.

    - `source`, `target`: what an embedder learns from, and the novel set. Without a source
      the profile names an `embedder` that is finished: a released name, a file, or the name of
      weights among the `artifacts`. The target is evaluated on itself in halves
      (`run_laboratory`).
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
        check_settings(self, margin_on=0)
        if (self.source is None) != bool(self.embedder):
            raise ValueError(
                "A profile must have either a [source] to train on or an `embedder` that is"
                f" finished, but had {'both' if self.source else 'neither'}."
            )
        if self.embedder and self.arms:
            raise ValueError("A profile with a finished `embedder` must have no [arms].")
        if not self.seeds or min(self.seeds) < 0 or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(
                "`seeds` must name at least one training seed, none of them twice or below 0, but"
                f" named {list(self.seeds) or 'none'}."
            )
        check_options("synthetic", self.synthetic or {}, write_synthetic_twin)
        settings = [setting.name for setting in fields(TrainConfig)]
        for arm, changes in self.arms.items():
            for setting in changes:
                check_choice(f"arms.{arm}", setting, settings)
            self.recipe(arm)

    @property
    def artifacts(self) -> Path:
        """Where runs and image arrays are kept.

        $BLOODSHOT_ARTIFACTS, or `artifacts` in the checkout or the current folder.
        """
        return artifacts_folder()

    @property
    def weights(self) -> str | Path:
        """The finished embedder's file among the artifacts, or else `embedder`."""
        own = self.artifacts / f"{self.embedder}.safetensors"
        return own if own.is_file() else self.embedder

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

    @cached_property
    def data(self) -> ProfileData:
        """The tables and images that the settings name, each read once."""
        parts = {"source": self.source, "target": self.target}
        return ProfileData(self.name, parts, self.data_root, self.artifacts, self.synthetic)

    @property
    def draw(self) -> Callable:
        """The function that draws supports: `draw_supports` or `paper_supports`."""
        return DRAWS[self.episodes.draw]

    def recipe(self, arm: str, seed: int | None = None) -> TrainConfig:
        """The training recipe of one arm, with the profile's first seed or the one given."""
        check_choice("arm", arm, self.arms)
        seed = self.seeds[0] if seed is None else seed
        return replace(self.train, **self.arms[arm], seed=seed)

    def read_source(self) -> pd.DataFrame:
        """The source table, read once, as a copy; see `ProfileData.source` for its errors."""
        return self.data.source.copy()

    def read_target(self) -> pd.DataFrame:
        """The target table, read once, as a copy; see `ProfileData.target` for its errors."""
        return self.data.target.copy()
