"""What the ladder compares: cells, recipes, options, seeds, amounts, and the resulting jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

import bloodshot_lib as bs
from bloodshot_lib.embedder.training_objective import Builder
from experiments.group_norm import GROUPED
from experiments.objectives import (
    Averaged,
    FreeTurns,
    Smoothed,
    StainJitter,
    SubCentres,
    SupCon,
    Triplet,
    WhiteBalance,
)

PBC = bs.load_profile("pbc")

FINER = {
    "BNE": "band neutrophil",
    "SNE": "segmented neutrophil",
    "MMY": "metamyelocyte",
    "MY": "myelocyte",
    # prefixes of file names; IG and NEUTROPHIL name no stage and are left out
    "PMY": "promyelocyte",
}
PARTITIONS = {
    "A": ("erythroblast", "metamyelocyte", "monocyte", "myelocyte", "promyelocyte"),
    "B": ("band neutrophil", "basophil", "lymphocyte", "segmented neutrophil"),
    "C": ("eosinophil", "lymphocyte", "monocyte", "platelet"),
}
SEEDS = (123, 124, 125)
KS = (1, 5, 10, 20)
# cells of each class: to train on, to draw supports from, to classify
SEEN, POOL, QUERY = 160, 100, 100
EPISODES = 100
FEWER = 5  # episodes in which the whole network is fine-tuned: each is a training

REPORT = bs.TrainConfig("aam+consistency", image_size=96)
# each step builds on those before it; the last is the recommended recipe
STEPS = {
    "the report's recipe": {},
    "ImageNet start": {"init": "imagenet", "backbone": "tf_efficientnet_lite0"},
    "softmax, no consistency": {"loss": "softmax"},
    "lower, falling learning rate": {"lr": 3e-4, "schedule": "cosine", "epochs": 4},
    "turns, colour, backgrounds": {
        "turns": "dihedral",
        "colour_jitter": 0.15,
        "random_background": 0.5,
    },
    "frozen batch norm": {"norm": "frozen"},
}
MILD_AAM = {"loss": "aam", "margin_deg": 15.0, "scale": 30.0}


class Option(NamedTuple):
    """One change to the recommended recipe: to settings, objective, or frequency of classes."""

    changes: Mapping = MappingProxyType({})
    objective: Builder = bs.Objective
    balanced: bool = False

    @property
    def words(self) -> dict:
        """The change as values for a record."""
        other = self.objective is not bs.Objective
        words = {"objective": self.objective.__name__} if other else {}
        return {**self.changes, **words} | ({"balanced": True} if self.balanced else {})


# each is one change to the recommended recipe, on partition A, at k = 10
# (free turns and averaged weights were settings of the recipe when they were scored)
OPTIONS = {
    "no turns": Option({"turns": "none"}),
    "turns by any angle": Option(objective=FreeTurns),
    "no colour jitter": Option({"colour_jitter": 0.0}),
    "stain jitter": Option(objective=StainJitter),
    "no backgrounds": Option({"random_background": 0.0}),
    "group norm": Option({"backbone": GROUPED, "norm": "batch"}),
    "rotation consistency": Option({"loss": "softmax+reflected"}),
    "AAM, 15 degrees, scale 30": Option(MILD_AAM),
    "the same, 3 sub-centres": Option(MILD_AAM, SubCentres),
    "triplet": Option(objective=Triplet),
    "supervised contrastive": Option(objective=SupCon),
    "labels smoothed": Option(objective=Smoothed),
    "balanced batches": Option(balanced=True),
    "weights averaged": Option(objective=Averaged),
    "twice the epochs": Option({"epochs": 8}),
    "images of 128 px": Option({"image_size": 128}),  # added while the others were running
}
UNEVEN = (100, 50, 30, 20, 20)  # cells of each class in an unbalanced, unlabelled pool


def recipes() -> dict[str, bs.TrainConfig]:
    """The recipe of each step, with the changes of the steps before it."""
    config, found = REPORT, {}
    for step, changes in STEPS.items():
        config = found[step] = replace(config, **changes)
    return found


@dataclass(frozen=True)
class Plan:
    """Everything compared, and on how much; by default what was written down above."""

    partitions: dict[str, tuple[str, ...]] = field(default_factory=lambda: PARTITIONS)
    recipes: dict[str, bs.TrainConfig] = field(default_factory=recipes)
    options: dict[str, Option] = field(default_factory=lambda: OPTIONS)
    seeds: tuple[int, ...] = SEEDS
    ks: tuple[int, ...] = KS
    seen: int = SEEN
    pool: int = POOL
    query: int = QUERY
    uneven: tuple[int, ...] = UNEVEN
    episodes: int = EPISODES
    fewer: int = FEWER
    studies: tuple[str, ...] = ("ladder", "heads", "options", "untrained")
    methods: tuple[str, ...] = ("cosine", "ridge")  # for each step of the ladder
    objectives: dict[str, Builder] = field(default_factory=dict)  # of a step, if not its recipe's
    means: dict[str, str] = field(default_factory=dict)  # a step: the one it is averaged with

    @property
    def last_step(self) -> str:
        """The name of the step that ends in the recommended recipe."""
        return list(self.recipes)[-1]


FULL = Plan()
# both releases' recipes, chosen on other grounds, on the ladder's cells; the second release
# averages the weights of the first and of a training with stronger colour
FIRST, SECOND = "bloodshot-pbc", "bloodshot-pbc-2"
_COLOUR = bs.TrainConfig.recommended(colour_jitter=0.3)
RELEASED = Plan(
    recipes={FIRST: bs.TrainConfig.recommended(), "stronger colour": _COLOUR, SECOND: _COLOUR},
    ks=(10,),
    studies=("ladder",),
    methods=("lda",),
    objectives={"stronger colour": WhiteBalance, SECOND: WhiteBalance},
    means={SECOND: FIRST},
)


class Job(NamedTuple):
    """A training and its scoring: study, partition, arm, and how it is trained."""

    study: str
    partition: str
    arm: str
    recipe: bs.TrainConfig
    objective: Builder = bs.Objective
    balanced: bool = False
    mean_with: bs.TrainConfig | None = None  # average its weights with that plain recipe's


def jobs(plan: Plan = FULL) -> list[Job]:
    """Every job, for each partition and seed, the ladder first."""
    recommended = plan.recipes[plan.last_step]
    ladder = [
        Job(
            "ladder",
            partition,
            step,
            recipe,
            plan.objectives.get(step, bs.Objective),
            mean_with=plan.recipes.get(plan.means.get(step)),
        )
        for partition in plan.partitions
        for step, recipe in plan.recipes.items()
    ]
    compared = [Job("heads", part, "recommended", recommended) for part in plan.partitions]
    options = [
        Job("options", "A", name, replace(recommended, **changes), objective, balanced)
        for name, (changes, objective, balanced) in plan.options.items()
    ]
    # added while the others were running: at this rate nothing moves
    still = replace(recommended, epochs=1, lr=1e-9)
    untrained = [Job("untrained", part, "ImageNet features", still) for part in plan.partitions]
    return [
        job._replace(
            recipe=replace(job.recipe, seed=seed),
            mean_with=job.mean_with and replace(job.mean_with, seed=seed),
        )
        for study in (ladder, compared, options, untrained)
        for seed in plan.seeds
        for job in study
        if job.study in plan.studies
    ]
