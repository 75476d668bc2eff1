"""The recipe of a training: every choice that determines it, checked on construction."""

import math
from dataclasses import dataclass

from ..common.checks import check_choice, check_number
from ..common.settings import check_settings

CLASS_LOSSES = ("softmax", "aam")
TERMS = ("", "+rotation", "+consistency", "+reflected")
LOSSES = tuple(f"{class_loss}{term}" for class_loss in CLASS_LOSSES for term in TERMS)
NORMS = ("batch", "frozen")
TURNS = ("none", "dihedral")
SCHEDULES = ("constant", "cosine")
LARGEST_SIDE = 4096  # pixels; a larger image must be a slip, and would fill the memory

# least and most of each number
LIMITS = {
    "epochs": (1, math.inf),
    "batch_size": (2, math.inf),
    "image_size": (1, LARGEST_SIDE),
    "margin_deg": (0, 180),
    "n_outputs": (1, math.inf),
    "consistency": (0, math.inf),
    "colour_jitter": (0, 1),
    "random_background": (0, 1),
    "drop_path": (0, 1),
    "seed": (0, 2**32 - 1),
}

# chosen on real healthy cells, step by step: "How the recipe was found", results/beyond/
RECOMMENDED = {
    "loss": "softmax",
    "backbone": "tf_efficientnet_lite0",
    "init": "imagenet",
    "image_size": 128,
    "epochs": 4,
    "batch_size": 32,
    "lr": 3e-4,
    "schedule": "cosine",
    "norm": "frozen",
    "turns": "dihedral",
    "colour_jitter": 0.15,
    "random_background": 0.5,
}


@dataclass(frozen=True)
class TrainConfig:
    """One training recipe. The defaults are the report's (Laor et al. 2022), except `shuffle`.

    **The report's settings**

    - `loss`: "softmax" or "aam" (AAM-Softmax, see `AAMSoftmax`), alone or with one more term:

      - "+consistency": rotation consistency, see `rotation_consistency`;
      - "+reflected": the same, with corners filled by reflection instead of black, and the
        rotated images kept out of batch normalisation's running averages;
      - "+rotation": rotated images, without a comparison.

    - `backbone`: the name of a timm network, looked up when a training begins.
    - `image_size`: pixels a side, 1 to 4096.
    - `epochs`: passes over the images, 1 or more.
    - `batch_size`: images, 2 or more.
    - `shuffle`: whether each epoch has its own order; off in the report's code.
    - `lr`: Adam's learning rate, above 0.
    - `margin_deg`: AAM-Softmax's margin in degrees, 0 to 180.
    - `scale`: AAM-Softmax's scale, above 0.
    - `n_outputs`: of the softmax layer, by default one per class; the report's code has 1,000.
    - `consistency`: the weight lambda of the consistency term, 0 or more.
    - `drop_path`: stochastic depth of the backbone's last block, 0 to 1 (Huang et al. 2016).
    - `seed`: of everything random, 0 to `2**32 - 1`.

    **Options that the report does not use**

    - `init`: where the weights start, "random", "imagenet", or an embedder's file or name.
    - `norm`: "batch", or "frozen": batch normalisation keeps the statistics it started with.
    - `turns`: "none" or "dihedral" (quarter turns and flips).
    - `colour_jitter`: spread of brightness, contrast and saturation, 0 to 1.
    - `random_background`: the share of images whose light field is replaced, 0 to 1.
    - `schedule`: of the learning rate, "constant", or "cosine": up over the first tenth of the
      steps, then down to 0.

    Raises ValueError for an unknown name, a number out of range, or a value of another type.
    """

    loss: str = "aam+consistency"
    backbone: str = "efficientnet_b0"
    image_size: int = 224
    epochs: int = 6
    batch_size: int = 32
    shuffle: bool = True
    lr: float = 1e-3
    margin_deg: float = 28.6
    scale: float = 64.0
    n_outputs: int | None = None
    consistency: float = 1.0
    drop_path: float = 0.2
    init: str = "random"
    norm: str = "batch"
    turns: str = "none"
    colour_jitter: float = 0.0
    random_background: float = 0.0
    schedule: str = "constant"
    seed: int = 123

    def __post_init__(self):
        check_settings(self)
        choices = {"loss": LOSSES, "norm": NORMS, "turns": TURNS, "schedule": SCHEDULES}
        for name, known in choices.items():
            check_choice(name, getattr(self, name), known)
        for name, (least, most) in LIMITS.items():
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), least, most)
        for name in ("lr", "scale"):
            check_number(name, getattr(self, name), above=0)
        if self.norm == "frozen" and self.init == "random":
            raise ValueError(
                '`norm="frozen"` keeps the statistics that the weights started with, but random'
                ' weights have none. Give an `init`, such as "imagenet".'
            )

    @classmethod
    def recommended(cls, **changes) -> "TrainConfig":
        """The recipe that the chapter *How the recipe was found* arrives at.

        `changes` are fields to set differently.

        >>> from bloodshot_lib import TrainConfig
        >>> TrainConfig.recommended(epochs=2).loss
        'softmax'
        """
        return cls(**RECOMMENDED | changes)


def check_recipe(recipe: object) -> None:
    """Raise ValueError for anything but a recipe."""
    if not isinstance(recipe, TrainConfig):
        raise ValueError(
            "`recipe` must be a TrainConfig, such as TrainConfig.recommended(), but was"
            f" {recipe!r}."
        )
