"""The recipe of a training: every choice that determines it, checked when it is made."""

from dataclasses import dataclass

HEADS = ("softmax", "aam", "triplet", "supcon")
LOSSES = tuple(f"{head}{term}" for head in HEADS for term in ("", "+rotation", "+consistency"))
PRECISIONS = ("float32", "bfloat16")
FILLS = ("black", "border", "reflect")
NORMS = ("batch", "frozen", "group")
TURNS = ("none", "dihedral", "free")
SCHEDULES = ("constant", "cosine")
CONSISTENCY_FORMS = ("mean squared", "mean L2", "normalised")


@dataclass(frozen=True)
class TrainConfig:
    """One training recipe. The defaults are the report's, but for `shuffle`, which its code leaves off.

    `loss` is a head, `softmax`, `aam`, `triplet` or `supcon` (supervised contrastive), alone, with `+consistency`, or
    with `+rotation` as a plain augmentation: the images are rotated, and nothing compares them with the originals.
    `margin_deg` (degrees), `scale`, `monotone` and `subcentres` belong to AAM-Softmax, `n_outputs` and `dropout` to the
    softmax head, which `label_smoothing` softens. `consistency` is the weight lambda of rotation
    consistency, `consistency_form` and `stop_gradient` its form (see `rotation_consistency`), `fill` what the corners
    of rotated images hold (see `rotate`). With `frozen_statistics` the second pass leaves the running averages of batch
    normalisation alone. `drop_path` is the stochastic-depth rate of the backbone; `precision` is "float32" or
    "bfloat16" (autocast).

    What the report leaves off: `init` is where the weights start, "random", "imagenet", or an embedder's file or name.
    `norm` is "batch", "frozen" (batch normalisation keeps the statistics it started with) or "group". Images vary by
    `turns` ("dihedral": quarter turns and flips; "free": any angle, and flips), `colour_jitter` and `stain_jitter`
    (spreads, 0 is off) and `random_background` (the share of images whose light field is replaced), see `augment`.
    `schedule` "cosine" warms the learning rate up over the first tenth and lets it fall to 0. With `balanced` every
    class is drawn as often as any other. `average` is the decay of a running mean of the weights, which then are the
    result (0 is off).
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
        choices = {"loss": LOSSES, "precision": PRECISIONS, "fill": FILLS, "consistency_form": CONSISTENCY_FORMS,
                   "norm": NORMS, "turns": TURNS, "schedule": SCHEDULES}
        for name, known in choices.items():
            if (value := getattr(self, name)) not in known:
                raise ValueError(f"`{name}` is one of {', '.join(known)}; got {value!r}.")
        least = {"epochs": 1, "batch_size": 2, "image_size": 1, "consistency": 0, "margin_deg": 0, "subcentres": 1,
                 "colour_jitter": 0, "stain_jitter": 0}
        for name, minimum in least.items():
            if getattr(self, name) < minimum:
                raise ValueError(f"`{name}` is at least {minimum}; got {getattr(self, name)}.")
        for name in ("random_background", "label_smoothing", "average", "dropout"):
            if not 0 <= getattr(self, name) <= 1 or (name == "average" and self.average == 1):
                raise ValueError(f"`{name}` lies between 0 and 1; got {getattr(self, name)}.")
        if self.norm == "frozen" and self.init == "random":
            raise ValueError('`norm="frozen"` keeps the statistics that the weights started with; random weights have '
                             'none. Give an `init`, such as "imagenet".')
        if min(self.lr, self.scale) <= 0:
            raise ValueError(f"`lr` and `scale` are above 0; got {self.lr} and {self.scale}.")
