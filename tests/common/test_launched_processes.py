"""Two processes on the CPU, started by `accelerate launch`, against one."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.common.launched_processes import main_first, this_process

# group normalisation sees one image at a time: nothing but rounding may differ. Batch
# normalisation sees half a batch.
SCRIPT = """
import sys
from pathlib import Path
import numpy as np
import torch
import bloodshot_lib as bs
from bloodshot_lib.common.launched_processes import this_process

out = Path(sys.argv[1])
table = bs.read_image_folder(out / "cells")
images = bs.load_images(table, 32, cache_dir=out / "cache")
config = dict(loss="aam", image_size=32, epochs=2, batch_size=8, scale=8.0, lr=1e-4, drop_path=0.0,
              seed=3)
for backbone in ("test_convnext", "test_efficientnet"):
    recipe = bs.TrainConfig(backbone=backbone, **config)
    run = bs.fit_or_load(recipe, images, table["label"], artifacts=out / "runs")
    if this_process().main:
        run.history.assign(processes=this_process().count).to_csv(out / f"{backbone}.csv")
torch.manual_seed(0)
embedder = bs.Embedder("test_efficientnet", 32)
Z = bs.embed(embedder, images, batch_size=1, precision="float32", cache_dir=out / "parts")
np.save(out / f"embeddings-{this_process().index}.npy", Z)
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The folder of a run of SCRIPT in one process, and of one in two."""
    from PIL import Image

    rng, folders = np.random.default_rng(0), []
    # two whole batches, and one of three and two
    pixels = rng.integers(0, 200, (21, 32, 32, 3), dtype=np.uint8)
    for processes in (1, 2):
        out = tmp_path_factory.mktemp(f"processes{processes}")
        for number, image in enumerate(pixels):
            folder = out / "cells" / ("dark" if number % 3 else "red")
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image + np.array([0 if number % 3 else 55, 0, 0], np.uint8)).save(
                folder / f"{number}.png"
            )
        (out / "script.py").write_text(SCRIPT)
        launch = [
            sys.executable,
            "-m",
            "accelerate.commands.launch",
            "--multi_gpu",
            "--num_processes=2",
            "--num_machines=1",
            "--mixed_precision=no",
            "--dynamo_backend=no",
            "--main_process_port=0",
        ]
        command = [
            *(launch if processes == 2 else [sys.executable]),
            str(out / "script.py"),
            str(out),
        ]
        subprocess.run(
            command,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
            stdout=subprocess.DEVNULL,
            timeout=300,
        )
        folders.append(out)
    return folders


def test_two_processes_follow_the_loss_curve_of_one(results):
    for backbone, tolerance in (("test_convnext", 1e-4), ("test_efficientnet", 0.1)):
        one, two = (pd.read_csv(folder / f"{backbone}.csv") for folder in results)
        assert one["processes"].tolist() == [1, 1] and two["processes"].tolist() == [2, 2]
        np.testing.assert_allclose(one["loss"], two["loss"], rtol=tolerance)


def test_two_processes_give_the_same_embeddings_in_the_same_order(results):
    (expected,), ours = (
        [np.load(path) for path in sorted(folder.glob("embeddings-*.npy"))] for folder in results
    )
    assert len(ours) == 2
    for Z in ours:
        np.testing.assert_array_equal(Z, expected)
    assert len(list((results[1] / "parts").rglob("*.npy"))) == 3, "parts of 8 cells: 21 make three"


def test_alone_a_process_is_the_main_one(monkeypatch):
    process = this_process("cpu")
    assert (process.index, process.count, process.main, process.device.type) == (
        0,
        1,
        True,
        "cpu",
    )
    assert process.gather([1, 2]) == [1, 2] and process.parallel("module") == "module"
    process.wait()
    with main_first():
        pass
    assert this_process().device.type in ("cpu", "cuda", "mps")
