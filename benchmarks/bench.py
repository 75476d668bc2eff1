"""`make bench`: the obvious way and ours, alternately, in one run; medians, spreads, ratios -> results/bench.json."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from easyfsl.methods import PrototypicalNetworks
from PIL import Image
from pytorch_metric_learning.losses import ArcFaceLoss
from sklearn.metrics.pairwise import cosine_similarity

import bloodshot_lib as bs
from benchmarks import PROJECT, obvious
from benchmarks.measure import Timed, alternately, compare, one_core, own_process, peak_memory_mb, row
from bloodshot_lib.artifacts import write_whole
from bloodshot_lib.checkpoint import save_checkpoint

GPU = torch.cuda.is_available()
DEVICE = torch.device("cuda" if GPU else "cpu")
GFLOP_AN_IMAGE = 0.769  # EfficientNet-B0 forward at 224 px, a multiplication and an addition counted as two


def ceilings(folder: Path) -> list[dict]:
    """What the machine can do at most: multiply matrices, copy memory."""
    rows = []
    for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        n = 8192 if GPU else 2048
        a, b = (torch.rand(n, n, device=DEVICE).to(dtype) for _ in range(2))
        seconds = alternately({"": lambda a=a, b=b: (a @ b).sum().item()}, rounds=7)[""]
        rows.append(row("ceiling", f"matrix product, {name}", seconds, 2 * n**3 / 1e9, "GFLOP"))
    source = torch.zeros(1 << 28, dtype=torch.uint8, device=DEVICE)
    copy = torch.empty_like(source)
    seconds = alternately({"": lambda: copy.copy_(source)[0].item()}, rounds=7)[""]
    return [*rows, row("ceiling", "memory copy", seconds, 2 * source.nbytes / 1e9, "GB")]


def _task(n_query: int = 1867, dim: int = 1280) -> tuple:
    """A two-way task of the report's size: Z_pool, y_pool, Z_query, y_query."""
    rng = np.random.default_rng(0)

    def cells(n: int) -> tuple[np.ndarray, np.ndarray]:
        y = np.where(np.arange(n) < 0.653 * n, "all", "hem")
        return rng.standard_normal((n, dim), np.float32) + 0.1 * (y == "all")[:, None].astype(np.float32), y

    return *cells(3527), *cells(n_query)


def evaluation(folder: Path) -> list[dict]:
    """100 episodes, 2-way 10-shot, 1,867 x 1,280, every metric."""
    Z_pool, y_pool, Z_query, _ = task = _task()
    supports = bs.draw_supports(y_pool, 10, 100, 0)

    def easyfsl() -> None:
        model, query = PrototypicalNetworks(torch.nn.Identity()), torch.from_numpy(Z_query)
        for episode in supports:
            model.process_support_set(torch.from_numpy(Z_pool[episode.ravel()]), torch.arange(2).repeat_interleave(10))
            model.cosine_distance_to_prototypes(query).argmax(1)

    def product() -> np.ndarray:
        return cosine_similarity(Z_pool[supports].mean(axis=2).reshape(200, -1), Z_query)

    ways = {"obvious": lambda: obvious.evaluate(*task, supports), "ours": lambda: bs.evaluate_few_shot(*task, supports),
            "easyfsl, labels only, no metric": easyfsl, "one scikit-learn product, no metric": product}
    rows = [row("evaluation", way, seconds, 100, "episodes", gflop=200 * 1280 * 1867 * 2 / 1e9, precision="float32")
            for way, seconds in alternately(ways, rounds=7).items()]
    many = bs.draw_supports(y_pool, 10, 10_000, 0)
    seconds, memory = peak_memory_mb(lambda: bs.evaluate_few_shot(*task, many))
    return [*rows, row("evaluation of 10,000 episodes", "ours", [seconds], 10_000, "episodes", memory_mb=memory)]


def growth(folder: Path) -> list[dict]:
    """How the cost grows with query cells (streamed from disk), episodes and shots."""
    rows = []
    Z_pool, y_pool, Z_query, y_query = _task()
    for n in (10, 100, 1000, 10_000):
        supports = bs.draw_supports(y_pool, 10, n, 0)
        seconds = alternately({"": lambda s=supports: bs.evaluate_few_shot(Z_pool, y_pool, Z_query, y_query, s)}, 3)[""]
        rows.append(row("growth with episodes", "ours", seconds, n, "episodes"))
    for k in (1, 5, 10, 50, 200):
        supports = bs.draw_supports(y_pool, k, 100, 0)
        seconds = alternately({"": lambda s=supports: bs.evaluate_few_shot(Z_pool, y_pool, Z_query, y_query, s)}, 5)[""]
        rows.append(row("growth with shots", "ours", seconds, k, "shots"))
    supports, y = bs.draw_supports(y_pool, 10, 20, 0), np.where(np.arange(1_000_000) % 3, "all", "hem")
    Z = np.lib.format.open_memmap(folder / "cells.npy", "w+", np.float32, (len(y), 1280))
    for start in range(0, len(y), 10_000):
        Z[start : start + 10_000] = np.random.default_rng(start).standard_normal((10_000, 1280), np.float32)
    for n in (1000, 10_000, 100_000, 1_000_000):
        seconds, memory = peak_memory_mb(lambda n=n: bs.evaluate_few_shot(Z_pool, y_pool, Z[:n], y[:n], supports))
        rows.append(row("growth with query cells, 20 episodes", "ours", [seconds], n, "cells", memory_mb=memory))
    return rows


def _files(folder: Path) -> pd.DataFrame:
    """The drawn source and target at the real sets' sizes: 400 px TIFF and 450 px BMP files."""
    twin = bs.write_synthetic_twin(folder / "twin", 300, 300, scale=1.0, seed=0)
    tables = {"TIFF": bs.read_aml_lmu(twin / "AML-Cytomorphology_LMU"), "BMP": bs.read_cnmc2019(twin / "C-NMC_2019")}
    return pd.concat(tables, names=["format"]).reset_index("format")


def images(folder: Path) -> list[dict]:
    """Decode and resize to 224 px, everything on one core; then ours on all cores, and 20,000 images opened again."""
    rows = []
    for kind, table in _files(folder).groupby("format"):
        table = table.head(120)
        ours = {f"ours, {resizer}, one core": lambda r=resizer, table=table: bs.load_images(table, 224, resizer=r)
                for resizer in ("pillow", "torch")}
        with one_core():
            torch.set_num_threads(1)
            seconds = alternately({"obvious": lambda table=table: obvious.decode(table["path"])} | ours, rounds=5)
        torch.set_num_threads(os.cpu_count())
        seconds |= {way.replace("one core", f"{os.cpu_count()} cores"): taken
                    for way, taken in alternately(ours, rounds=5).items()}
        rows += [row(f"images, {kind}", way, taken, len(table), "images") for way, taken in seconds.items()]
        exact, fast = (way().astype(np.int16) for way in ours.values())
        rows[-1] |= {"largest_difference": int(abs(fast - exact).max()),
                     "share_different": float((fast != exact).mean())}
    (folder / "small").mkdir()
    for n in range(20_000):
        Image.new("RGB", (2, 2)).save(folder / f"small/{n:05d}.bmp")
    small = bs.read_image_folder(folder / "small", labelled=False)
    seconds = alternately({"": lambda: bs.load_images(small, 2, folder / "cache")}, rounds=5)[""]
    return [*rows, row("warm start", "ours", seconds, 20_000, "images")]


def embedding(folder: Path) -> list[dict]:
    """BMP files to embeddings, EfficientNet-B0 at 224 px; OpenVINO compiles a network once, which is counted apart."""
    few = _files(folder).query("format == 'BMP'").head(128)
    table = pd.concat([few] * 4, ignore_index=True)
    torch.manual_seed(0)
    embedder = bs.Embedder()
    options = {"ours": {}, "ours, float32": {"precision": "float32"}}
    if not GPU:
        options |= {"ours, openvino": {"backend": "openvino"},
                    "ours, openvino, float32": {"backend": "openvino", "precision": "float32"}}
    ours = {way: lambda o=o: bs.embed(embedder, bs.load_images(table, 224), **o) for way, o in options.items()}
    loaded, rows = bs.load_images(table, 224), []
    exact = bs.embed(embedder, loaded, precision="float32")
    with own_process() as call:
        plain = {} if GPU else {"obvious": lambda: call(obvious.embed, list(few["path"]))}
        timed = alternately(plain | ours, rounds=3)
    for way, seconds in timed.items():
        facts = {"precision": "float32"}
        if way in options:
            cosines = np.diag(cosine_similarity(bs.embed(embedder, loaded, **options[way]), exact))
            chosen = options[way].get("precision", "bfloat16" if cosines.min() < 0.99999 else "float32")
            facts = {"least_cosine": float(cosines.min()), "precision": chosen}
        n = len(few) if way == "obvious" else len(table)
        rows.append(row("embedding", way, seconds, n, "images", gflop=GFLOP_AN_IMAGE * n, **facts))
    if not GPU:
        fresh = {"ours, openvino": lambda: bs.embed(bs.Embedder(), loaded[:16], backend="openvino")}
        rows.append(row("embedding, the first call", *fresh, alternately(fresh, 2)["ours, openvino"], 16, "images"))
    return rows


def training(folder: Path) -> list[dict]:
    """EfficientNet-B0 at 224 px, batches of 32, an epoch after the first; what a checkpoint adds."""
    n = 1024 if GPU else 64
    pixels = np.random.default_rng(0).integers(0, 255, (n, 224, 224, 3), dtype=np.uint8)
    targets = np.arange(n) % 11
    labels, rows = [f"{t:02d}" for t in targets], []
    for loss, passes in (("aam", 3), ("aam+consistency", 6)):  # forward and backward cost three forward passes
        def ours(precision: str, loss: str = loss) -> Timed:
            run = bs.train(bs.TrainConfig(loss, epochs=2, precision=precision), pixels, labels)
            return Timed(run.history["seconds"].iloc[-1])  # the network is built, and its memory is warm

        ways = {"ours": lambda ours=ours: ours("float32"), "ours, bfloat16": lambda ours=ours: ours("bfloat16")}
        with own_process() as call:
            plain = {} if GPU else {"obvious": lambda loss=loss, call=call: call(obvious.train, pixels, targets,
                                                                                 loss.endswith("consistency"))}
            timed = alternately(plain | ways, rounds=3)
        rows += [row(f"training, {loss}", way, seconds, n, "images", gflop=passes * GFLOP_AN_IMAGE * n,
                     precision="bfloat16" if "bfloat16" in way else "float32") for way, seconds in timed.items()]
    embedder, head = bs.Embedder(), bs.AAMSoftmax(11, 1280)
    optimiser = torch.optim.Adam([*embedder.parameters(), *head.parameters()])
    sum(p.sum() for p in [*embedder.parameters(), *head.parameters()]).backward()
    optimiser.step()
    seconds = alternately({"": lambda: save_checkpoint(folder / "c", embedder, head, optimiser, [{}])}, 5)[""]
    return [*rows, row("checkpoint, once an epoch", "ours", seconds, 1, "checkpoint")]


def losses(folder: Path) -> list[dict]:
    """AAM-Softmax, forward and backward, 32 x 1,280 and 11 classes."""
    x, y = torch.randn(32, 1280, requires_grad=True), torch.arange(32) % 11
    heads = {"ours": bs.AAMSoftmax(11, 1280, monotone=True),
             "pytorch-metric-learning": ArcFaceLoss(num_classes=11, embedding_size=1280, margin=28.6, scale=64)}
    ways = {name: lambda head=head: [head(x, y).backward() for _ in range(50)] for name, head in heads.items()}
    return [row("AAM-Softmax, a step", way, seconds, 50, "steps") for way, seconds in alternately(ways, 7).items()]


def imports(folder: Path) -> list[dict]:
    """Seconds until a fresh Python has the name."""
    names = {"the library": "", "read_image_folder": ".read_image_folder", "evaluate_few_shot": ".evaluate_few_shot",
             "embed": ".embed", "everything": ""}
    code = {name: f"import bloodshot_lib as bs; bs{attribute}" for name, attribute in names.items()}
    code["everything"] = "import bloodshot_lib as bs; [getattr(bs, name) for name in bs.__all__]"
    ways = {name: lambda c=c: subprocess.run([sys.executable, "-c", c], check=True) for name, c in code.items()}
    return [row("start-up", way, seconds, 1, "start") for way, seconds in alternately(ways, 3).items()]


def chapters(folder: Path) -> list[dict]:
    """Every notebook of the demo profile, one after another, from an empty folder of artifacts."""
    rows = []
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        command = [Path(sys.executable).with_name("jupyter"), "nbconvert", "--to", "notebook", "--execute",
                   "--output-dir", folder / "executed", "--log-level=ERROR", path]
        run = partial(subprocess.run, command, check=True, stderr=subprocess.DEVNULL, env=os.environ | {
            "BLOODSHOT_ARTIFACTS": str(folder / "artifacts"), "BLOODSHOT_PROFILE": "demo"})
        seconds, memory = peak_memory_mb(run, every=0.5, family=True)
        rows.append(row("chapters of the demo profile", path.stem, [seconds], 1, "chapter", memory_mb=memory))
    return rows


JOBS: dict[str, Callable[[Path], list[dict]]] = {job.__name__: job for job in (
    ceilings, evaluation, images, embedding, training, losses, growth, imports, chapters)}


def main() -> None:
    """Run the jobs named, or all but the chapters; print the table, and put their rows into results/bench.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=main.__doc__)
    parser.add_argument("job", nargs="*", help=", ".join(JOBS))
    names = parser.parse_args().job or [name for name in JOBS if name != "chapters"]
    path = PROJECT / "results" / ("bench_gpu.json" if GPU else "bench.json")
    before = json.loads(path.read_text()) if path.is_file() else {"minutes": {}, "rows": []}
    minutes, rows = before["minutes"], [each for each in before["rows"] if each["job"] not in names]
    for name in names:
        print(f"== {name}: {JOBS[name].__doc__}", flush=True)
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            rows += [{"job": name} | each for each in JOBS[name](Path(folder))]
        minutes[name] = round((time.perf_counter() - start) / 60, 2)
    table = compare(sorted(rows, key=lambda each: list(JOBS).index(each["job"])))
    with pd.option_context("display.width", 250, "display.max_columns", None, "display.float_format", "{:.4g}".format):
        print(table.drop(columns=["job", "amount", "gflop", "precision"]).to_string(index=False, na_rep=""))
    packages = ("torch", "numpy", "scikit-learn", "pillow", "openvino", "easyfsl", "pytorch-metric-learning")
    record = {"date": time.strftime("%Y-%m-%d"), "minutes": minutes,
              "device": torch.cuda.get_device_name() if GPU else f"CPU, {os.cpu_count()} cores",
              "instructions": torch.backends.cpu.get_cpu_capability(), "python": platform.python_version(),
              "versions": {name: version(name).split("+")[0] for name in packages},
              "rows": json.loads(table.to_json(orient="records", double_precision=6))}
    write_whole(path, json.dumps(record, indent=1).encode())
    print(f"written to {path}")


if __name__ == "__main__":
    main()
