"""Jobs on images: decoding, embedding, training."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.metrics.pairwise import cosine_similarity
from torch import Tensor, nn

import bloodshot_lib as bs
from benchmarks import obvious, torch_resizer
from benchmarks.measure import Timed, alternately, one_core, own_process, repeatedly, row
from benchmarks.sizes import GPU, Sizes
from bloodshot_lib.embedder.checkpoint import save_checkpoint

# EfficientNet-B0 forward at 224 px, a multiplication and an addition counted as two
GFLOP_AN_IMAGE = 0.769


def _files(folder: Path, sizes: Sizes) -> pd.DataFrame:
    """The drawn source and target, by default at the real sizes: 400 px TIFF, 450 px BMP."""
    twin = bs.write_synthetic_twin(folder / "twin", 300, 300, scale=sizes.drawn, seed=0)
    tables = {
        "TIFF": bs.read_aml_lmu(twin / "AML-Cytomorphology_LMU"),
        "BMP": bs.read_cnmc2019(twin / "C-NMC_2019"),
    }
    return pd.concat(tables, names=["format"]).reset_index("format")


def images(folder: Path, sizes: Sizes) -> list[dict]:
    """Decode and resize, on one core and ours on all; 20,000 images found again."""
    rows = []
    for kind, table in _files(folder, sizes).groupby("format"):
        rows += _decoding(kind, table.head(sizes.decoded), sizes)
    (folder / "small").mkdir()
    for n in range(sizes.found):
        Image.new("RGB", (2, 2)).save(folder / f"small/{n:05d}.bmp")
    small = bs.read_image_folder(folder / "small", labelled=False)
    seconds = repeatedly(lambda: bs.load_images(small, 2, folder / "cache"), sizes.rounds)
    return [*rows, row("warm start", "ours", seconds, len(small), "images")]


def _decoding(kind: str, table: pd.DataFrame, sizes: Sizes) -> list[dict]:
    size, cores = sizes.image_size, f"{os.cpu_count()} cores"
    ours = {
        "ours, pillow": lambda: bs.load_images(table, size),
        "ours, torch": lambda: torch_resizer.load_images(table["path"], size),
    }
    plain = {"obvious": lambda: obvious.decode(table["path"], size)}
    with one_core():
        alone = {f"{way}, one core": call for way, call in ours.items()}
        seconds = alternately(plain | alone, sizes.rounds)
    seconds |= alternately(
        {f"{way}, {cores}": call for way, call in ours.items()}, sizes.rounds
    )
    rows = [
        row(f"images, {kind}", way, taken, len(table), "images")
        for way, taken in seconds.items()
    ]
    exact, fast = (call().astype(np.int16) for call in ours.values())
    rows[-1] |= {
        "largest_difference": int(abs(fast - exact).max()),
        "share_different": float((fast != exact).mean()),
    }
    return rows


def embedding(folder: Path, sizes: Sizes) -> list[dict]:
    """BMP files to embeddings, EfficientNet-B0 at 224 px.

    OpenVINO compiles a network once; that is timed separately.
    """
    few = _files(folder, sizes).query("format == 'BMP'").head(sizes.embedded)
    twice = pd.concat([few, few], ignore_index=True)
    network = (sizes.backbone, sizes.image_size)
    torch.manual_seed(0)
    embedder = bs.Embedder(*network)
    options = {"ours": {}, "ours, float32": {"precision": "float32"}}
    if not GPU:
        openvino = {"backend": "openvino"}
        options |= {
            "ours, openvino": openvino,
            "ours, openvino, float32": openvino | {"precision": "float32"},
        }

    def ours(chosen: dict) -> Callable[[], np.ndarray]:
        return lambda: bs.embed(embedder, bs.load_images(twice, sizes.image_size), **chosen)

    with own_process() as call:
        plain = {"obvious": lambda: call(obvious.embed, list(few["path"]), *network)}
        ways = {way: ours(chosen) for way, chosen in options.items()}
        timed = alternately(({} if GPU else plain) | ways, sizes.slow_rounds)
    loaded, rows = bs.load_images(few, sizes.image_size), []
    exact = bs.embed(embedder, loaded, precision="float32")
    for way, seconds in timed.items():
        facts, n = {"precision": "float32"}, len(few)
        if way in options:
            Z, n = bs.embed(embedder, loaded, **options[way]), len(twice)
            facts = _closeness(Z, exact, options[way])
        rows.append(
            row("embedding", way, seconds, n, "images", gflop=GFLOP_AN_IMAGE * n, **facts)
        )
    if not GPU:
        seconds = repeatedly(
            lambda: bs.embed(bs.Embedder(*network), loaded[:16], **openvino), sizes.slow_rounds
        )
        rows.append(
            row(
                "embedding, the first call",
                "ours, openvino",
                seconds,
                len(loaded[:16]),
                "images",
            )
        )
    return rows


def _closeness(Z: np.ndarray, exact: np.ndarray, options: dict) -> dict:
    """The least cosine to the embeddings in float32, and the precision that it betrays."""
    least = float(np.diag(cosine_similarity(Z, exact)).min())
    betrayed = "bfloat16" if least < 0.99999 else "float32"
    return {"least_cosine": least, "precision": options.get("precision", betrayed)}


class BFloat16(bs.Objective):
    """The recipe's objective in bfloat16 where torch considers it safe (autocast)."""

    def forward(self, embedder: bs.Embedder, images: Tensor, class_numbers: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16):
            return super().forward(embedder, images, class_numbers)


def training(folder: Path, sizes: Sizes) -> list[dict]:
    """EfficientNet-B0 at 224 px, batches of 32, the second epoch; a checkpoint."""
    n, size = sizes.trained, sizes.image_size
    pixels = np.random.default_rng(0).integers(0, 255, (n, size, size, 3), dtype=np.uint8)
    class_numbers, rows = np.arange(n) % 11, []
    given = pixels, class_numbers

    def ours(loss: str, precision: str) -> Timed:
        recipe = bs.TrainConfig(loss, sizes.backbone, size, epochs=2)
        labels = [f"{number:02d}" for number in class_numbers]
        objective = {"float32": bs.Objective, "bfloat16": BFloat16}[precision]
        run = bs.train(recipe, pixels, labels, objective=objective)
        # the last epoch only: by then the network is built and its memory warm
        return Timed(run.history["seconds"].iloc[-1])

    def ways(loss: str, call: Callable) -> dict[str, Callable]:
        consistency = loss.endswith("consistency")
        plain = {
            "obvious": lambda: call(obvious.train, *given, consistency, sizes.backbone)
        }
        names = {
            precision: "ours" if precision == "float32" else f"ours, {precision}"
            for precision in sizes.precisions
        }
        return ({} if GPU else plain) | {
            name: lambda precision=precision: ours(loss, precision)
            for precision, name in names.items()
        }

    with own_process() as call:
        # forward and backward cost three forward passes
        for loss, passes in (("aam", 3), ("aam+consistency", 6)):
            timed = alternately(ways(loss, call), sizes.slow_rounds)
            rows += [
                row(
                    f"training, {loss}",
                    way,
                    seconds,
                    n,
                    "images",
                    gflop=passes * GFLOP_AN_IMAGE * n,
                    precision="bfloat16" if "bfloat16" in way else "float32",
                )
                for way, seconds in timed.items()
            ]
    return [*rows, _checkpoint(folder, sizes)]


def _checkpoint(folder: Path, sizes: Sizes) -> dict:
    embedder = bs.Embedder(sizes.backbone, sizes.image_size)
    trained = nn.ModuleDict({"embedder": embedder, "objective": bs.AAMSoftmax(11, embedder.dim)})
    optimiser = torch.optim.Adam(trained.parameters())
    sum(parameter.sum() for parameter in trained.parameters()).backward()
    optimiser.step()
    path = folder / "checkpoint.safetensors"
    seconds = repeatedly(
        lambda: save_checkpoint(path, trained, optimiser, [{}], "key"), sizes.rounds
    )
    return row("checkpoint, once an epoch", "ours", seconds, 1, "checkpoint")
