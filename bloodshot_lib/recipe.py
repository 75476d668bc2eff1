"""The recipe of a training: every choice that determines it, checked when it is made."""

import math
from dataclasses import dataclass

from .checks import check_choice, check_fields, check_number

HEADS = ("softmax", "aam", "triplet", "supcon")
LOSSES = tuple(f"{head}{term}" for head in HEADS for term in ("", "+rotation", "+consistency"))
PRECISIONS = ("float32", "bfloat16")
FILLS = ("black", "border", "reflect")
NORMS = ("batch", "frozen", "group")
TURNS = ("none", "dihedral", "free")
SCHEDULES = ("constant", "cosine")
CONSISTENCY_FORMS = ("mean squared", "mean L2", "normalised")
LARGEST_SIDE = 4096  # pixels; a larger image is a slip, and would fill the memory

# least and most of each number
LIMITS = {
    "epochs": (1, math.inf),
    "batch_size": (2, math.inf),
    "image_size": (1, LARGEST_SIDE),
    "margin_deg": (0, 180),
    "n_outputs": (1, math.inf),
    "consistency": (0, math.inf),
    "subcentres": (1, math.inf),
    "colour_jitter": (0, 1),
    "stain_jitter": (0, 1),
    "random_background": (0, 1),
    "label_smoothing": (0, 1),
    "average": (0, 1),
    "dropout": (0, 1),
    "drop_path": (0, 1),
    "seed": (0, 2**32 - 1),
}

# chosen on real healthy cells, step by step: see the chapter "Beyond the report" and
# results/beyond/
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
    """One training recipe. The defaults are the report's, but for `shuffle`, which its code
    leaves off.

    `loss` is a head, `softmax`, `aam`, `triplet` or `supcon` (supervised contrastive), alone,
    with `+consistency`, or with `+rotation` as a plain augmentation: the images are rotated,
    and nothing compares them with the originals. `margin_deg` (degrees), `scale`, `monotone`
    and `subcentres` belong to AAM-Softmax, `n_outputs` and `dropout` to the softmax head,
    which `label_smoothing` softens. `consistency` is the weight lambda of rotation
    consistency, `consistency_form` and `stop_gradient` its form (see `rotation_consistency`),
    `fill` what the corners of rotated images hold (see `rotate`). With `frozen_statistics` the
    second pass leaves the running averages of batch normalisation alone. `drop_path` is the
    stochastic-depth rate of the backbone; `precision` is "float32" or "bfloat16" (autocast).

    What the report leaves off: `init` is where the weights start, "random", "imagenet", or an
    embedder's file or name. `norm` is "batch", "frozen" (batch normalisation keeps the
    statistics it started with) or "group". Images vary by `turns` ("dihedral": quarter turns
    and flips; "free": any angle, and flips), `colour_jitter` and `stain_jitter` (spreads, 0 is
    off) and `random_background` (the share of images whose light field is replaced), see
    `augment`. `schedule` "cosine" warms the learning rate up over the first tenth and lets it
    fall to 0. With `balanced` every class is drawn as often as any other. `average` is the
    decay of a running mean of the weights, which then are the result (0 is off).
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
    monotone: bool = False
    n_outputs: int | None = None
    dropout: float = 0.2
    consistency: float = 1.0
    consistency_form: str = "mean squared"
    stop_gradient: bool = False
    fill: str = "black"
    frozen_statistics: bool = False
    drop_path: float = 0.2
    precision: str = "float32"
    init: str = "random"
    norm: str = "batch"
    subcentres: int = 1
    label_smoothing: float = 0.0
    turns: str = "none"
    colour_jitter: float = 0.0
    stain_jitter: float = 0.0
    random_background: float = 0.0
    schedule: str = "constant"
    balanced: bool = False
    average: float = 0.0
    seed: int = 123

    def __post_init__(self):
        check_fields(self)
        choices = {
            "loss": LOSSES,
            "precision": PRECISIONS,
            "fill": FILLS,
            "norm": NORMS,
            "turns": TURNS,
            "consistency_form": CONSISTENCY_FORMS,
            "schedule": SCHEDULES,
        }
        for name, known in choices.items():
            check_choice(name, getattr(self, name), known)
        for name, (least, most) in LIMITS.items():
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), least, most)
        for name in ("lr", "scale"):
            check_number(name, getattr(self, name), above=0)
        if self.average == 1:
            raise ValueError(
                "`average` lies between 0 and 1; got 1, with which the running mean would never"
                " move."
            )
        if not self.backbone or not self.init:
            raise ValueError(
                f"`backbone` and `init` are names; got {self.backbone!r} and {self.init!r}."
            )
        if self.norm == "frozen" and self.init == "random":
            raise ValueError(
                '`norm="frozen"` keeps the statistics that the weights started with; random'
                ' weights have none. Give an `init`, such as "imagenet".'
            )

    @classmethod
    def recommended(cls, **changes) -> "TrainConfig":
        """The recipe that the chapter *Beyond the report* arrives at, with `changes` to its
        fields if any.

        >>> from bloodshot_lib import TrainConfig
        >>> TrainConfig.recommended(epochs=2).loss
        'softmax'
        """
        return cls(**RECOMMENDED | changes)
