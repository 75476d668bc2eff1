"""Small good inputs, one of which each case spoils."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image

import bloodshot_lib as bs

PROFILE = """
title = "mine"
[source]
reader = "image_folder"
root = "cells"
split = { train = 0.5, val = 0.25, test = 0.25 }
[target]
reader = "image_folder"
root = "cells"
split = { pool = 0.5, query = 0.5 }
[train]
backbone = "test_efficientnet"
image_size = 32
[arms]
aam = { loss = "aam" }
"""


class Kit:
    """Cells on disk and in memory, embeddings, a recipe; made once, never changed.

    `good` holds a good value of each argument by its name, which means the same everywhere.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        rng = np.random.default_rng(0)
        for label in ("ape", "bee"):
            (folder / "cells" / label).mkdir(parents=True)
            for number in range(6):
                pixels = rng.integers(0, 255, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(
                    folder / "cells" / label / f"d{number}_{label}.png"
                )
        self.cells = folder / "cells"
        self.table = bs.read_image_folder(self.cells)
        self.images = bs.load_images(self.table, 32)
        self.labels = self.table["label"].to_numpy(dtype=str)
        self.Z = rng.normal(size=(12, 4)).astype(np.float32)
        self.supports = bs.draw_supports(self.labels, 2, 3, 0)
        self.recipe = bs.TrainConfig(
            "aam", "test_efficientnet", image_size=32, epochs=1, batch_size=4
        )
        self.embedder = bs.Embedder("test_efficientnet", 32)
        self.classifier = bs.FewShotClassifier().fit(self.Z, self.labels)
        self.good = {
            **dict.fromkeys(("labels", "y", "y_pool", "y_query", "y_true", "y_pred"), self.labels),
            **dict.fromkeys(("y_labelled", "predicted"), self.labels),
            **dict.fromkeys(("Z", "Z_pool", "Z_query", "Z_labelled", "X", "unlabelled"), self.Z),
            "groups": [*"abcdefghijkl"],
            "supports": self.supports,
            "classes": ["ape", "bee"],
            "images": self.images,
            "field": self.images[0],
            "table": self.table,
            "cells": bs.Cells(self.table, self.images, self.table["label"], np.arange(12)),
            "episodes": EPISODES,
            "scores": EPISODES,
            "pairs": "seed",
            "replicates": REPLICATES,
            "root": self.cells,
            "recipe": self.recipe,
            "embedder": self.embedder,
            "profile": self.profile(),
            "accuracy": bs.estimate_accuracy(self.Z, self.labels),
            "fractions": {"a": 0.5, "b": 0.5},
            "class_numbers": torch.tensor([0, 1, 2, 0]),
            "degrees": torch.ones(4),
            **dict.fromkeys(("embeddings", "rotated_embeddings"), torch.ones(4, 2)),
            **GOOD,
        }

    def path(self, name: str) -> Path:
        """A new folder of that name, to spoil files in."""
        number = len(list(self.folder.glob(f"{name}-*")))
        path = self.folder / f"{name}-{number}"
        path.mkdir()
        return path

    def written(self, content: bytes | str, name: str) -> Path:
        """A new file with that content."""
        path = self.path("written") / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def profile(self, text: str = PROFILE) -> bs.Profile:
        return bs.load_profile(self.written(text, "mine.toml"))

    def occluded(self, **given: object) -> np.ndarray:
        """Occlusion maps of one image, by a classifier of the embedder's width."""
        Z = np.random.default_rng(0).normal(size=(12, self.embedder.dim))
        classifier = bs.FewShotClassifier().fit(Z, self.labels)
        return bs.occlusion_maps(**{"classifier": classifier} | given)

    def function(self, name: str) -> Callable:
        """What a case's name stands for; of a class's methods, those of a small good object."""
        return self.methods().get(name) or getattr(bs, name)

    def methods(self) -> dict[str, Callable]:
        def fitted(method: object = "lda", **given: object) -> object:
            return bs.FewShotClassifier(method).fit(**given)

        verdicts = bs.classify_episodes(self.Z, self.labels, self.Z, self.labels, self.supports)
        return {
            "AAMSoftmax.forward": bs.AAMSoftmax(3, 2),
            "AAMSoftmax.logits": bs.AAMSoftmax(3, 2).logits,
            "Embedder.load": bs.Embedder.load,
            "Embedder.save": self.embedder.save,
            "Embedder.side_by_side": bs.Embedder.side_by_side,
            "FewShotClassifier": fitted,
            "FewShotClassifier.decision_function": self.classifier.decision_function,
            "FewShotClassifier.predict": self.classifier.predict,
            "FewShotClassifier.predict_proba": self.classifier.predict_proba,
            "FewShotClassifier.score": self.classifier.score,
            "FewShotClassifier.unlikeness": self.classifier.unlikeness,
            "FewShotClassifier.unfitted": partial(bs.FewShotClassifier().predict, self.Z),
            "SoftmaxHead.forward": bs.SoftmaxHead(3, 2),
            "SoftmaxHead.logits": bs.SoftmaxHead(3, 2).logits,
            "Verdicts.hardest": verdicts.hardest,
            "Verdicts.replicates": verdicts.replicates,
            "TrainConfig.recommended": bs.TrainConfig.recommended,
            "occlusion_maps": self.occluded,
            "rotate": partial(bs.rotate, images=torch.ones(4, 3, 8, 8)),
        }


EPISODES = pd.DataFrame(
    {
        "arm": list("xxxxyyyy"),
        "seed": [1, 1, 2, 2] * 2,
        "episode": [0, 1] * 4,
        "accuracy": np.arange(8) / 10,
    }
)
REPLICATES = EPISODES.rename(columns={"episode": "replicate"})
GOOD = {
    **dict.fromkeys(("k", "n", "n_episodes", "n_halves", "n_classes", "dim"), 1),
    "ks": (1,),
    "cap": 3,
    "rng": 0,
    "size": 32,
    "metric": "accuracy",
    "to": "x",
    "by": "arm",
    "method": "lda",
    "shift": "blur",
    "role": "pool",
    "arm": "aam",
    "name": "bccd",
    "device": "cpu",
}
