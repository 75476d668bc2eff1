"""What is compared: recipes, what each training leaves out, amounts, seeds."""

from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import NamedTuple

import bloodshot_lib as bs
from bloodshot_lib.common.cache_keys import fingerprint
from experiments.laboratories.cells import LABORATORIES, PROFILES
from experiments.laboratories.objective import SharedNames
from experiments.ladder_plan import SECOND

COLOUR = {"colour_jitter": 0.4}


@dataclass(frozen=True)
class Recipe:
    """How a network is trained on the cells of several laboratories.

    - `train`: changes to the recommended recipe.
    - `vary`: the settings of `SharedNames`.
    - `deck`: images an epoch; `share`: Barcelona's share of them.
    """

    train: dict = field(default_factory=dict)
    vary: dict = field(default_factory=dict)
    deck: int = 10_000
    share: float = 0.55

    def config(self, seed: int) -> bs.TrainConfig:
        """The library's recipe."""
        return bs.TrainConfig.recommended(**self.train, seed=seed)

    def objective(self, names: list[str]) -> partial:
        """What is minimised, for these sorted names."""
        return partial(SharedNames, names=names, **self.vary)


@dataclass(frozen=True)
class Study:
    """Recipes by name, each trained without each of these laboratories, with each seed."""

    recipes: dict[str, Recipe]
    leave_out: tuple[tuple[str, ...], ...]
    seeds: tuple[int, ...]
    views: tuple[int, ...] = (1,)

    def jobs(self) -> list["Job"]:
        return [
            Job(name, recipe, left_out, seed)
            for seed in self.seeds
            for name, recipe in self.recipes.items()
            for left_out in self.leave_out
        ]


class Job(NamedTuple):
    """One training."""

    name: str
    recipe: Recipe
    left_out: tuple[str, ...]
    seed: int

    @property
    def trained_on(self) -> tuple[str, ...]:
        return tuple(each for each in LABORATORIES if each not in self.left_out)

    @property
    def file(self) -> str:
        """The name of what it leaves on disk; it changes with the recipe."""
        without = "-".join(self.left_out) or "none"
        return f"{self.name}-without-{without}-{self.seed}-{fingerprint(asdict(self.recipe))[:8]}"


FROM_BARCELONA = {"init": SECOND, "epochs": 1}
PAIRS = ("bccd", "munich"), ("bangkok", "bcisc")
EACH = tuple((laboratory,) for laboratory in PROFILES)

ZOOM, LIGHT = {"zoom": 0.3}, {"zoom": 0.3, "light": 0.3}
ALL = {**LIGHT, "blur": 0.3}
LITTLE = Recipe({**FROM_BARCELONA, "colour_jitter": 0.3})
MUCH = Recipe({**FROM_BARCELONA, **COLOUR}, ALL)
SMALL = {
    "little varied": LITTLE,
    "zoom": replace(LITTLE, vary=ZOOM),
    "zoom, light": replace(MUCH, vary=LIGHT),
    "zoom, light, blur": MUCH,
    "less zoom": replace(MUCH, vary={**ALL, "zoom": 0.2}),
    "faster": replace(MUCH, train={**MUCH.train, "lr": 8e-4}),
    "less of Barcelona": replace(MUCH, share=0.35),
}
GENTLE = {**ALL, "zoom": 0.2}
WHOLE = {
    "128 px": Recipe({**COLOUR, "init": SECOND}, GENTLE, deck=6_000),
    "160 px": Recipe({**COLOUR, "init": SECOND, "image_size": 160}, GENTLE, deck=6_000),
}
MORE = {name: replace(recipe, deck=9_000) for name, recipe in WHOLE.items()}
STUDIES = {
    "small": Study(SMALL, PAIRS, (123,)),
    "whole": Study(WHOLE, EACH, (123,), (1, 8)),
    "released": Study(MORE, ((),), (123,)),
}
