"""Small good inputs, one of which each case spoils."""

from pathlib import Path

import numpy as np
from PIL import Image

import bloodshot_lib as bs


class Kit:
    """Cells on disk and in memory, embeddings, a recipe; made once, never changed."""

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
        self.task = (self.Z, self.labels, self.Z, self.labels)
        self.recipe = bs.TrainConfig(
            "aam", "test_efficientnet", image_size=32, epochs=1, batch_size=4
        )

    def path(self, name: str) -> Path:
        """A new folder of that name, to spoil files in."""
        number = len(list(self.folder.glob(f"{name}-*")))
        path = self.folder / f"{name}-{number}"
        path.mkdir()
        return path
