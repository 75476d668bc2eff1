"""The book's opening picture: `python -m experiments.answer_picture`.

Writes results/answer.csv, the numbers, and book/_static/real_cells.png, the picture, from the
committed runs on healthy cells and the packaged embeddings of other laboratories; a minute.
With `--cells` it first scores the untrained network on the healthy cells, which have to be at
hand, and writes results/imagenet/; another minute.
"""

import io
import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import bloodshot_lib as bs
from bloodshot_lib import plots
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.common.cache_keys import fingerprint
from bloodshot_lib.data.readers.aml_lmu import AML_RARE
from bloodshot_lib.data.tables import named_subjects
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.browser import new_tab

RESULTS = PROJECT / "results"
PICTURE = PROJECT / "book" / "_static" / "real_cells.png"
HEALTHY = "Barcelona, 3 new classes"
LABORATORIES = {
    "BCCD, 4 classes, left out": ("bccd", (1, 2, 5, 10)),
    "Bangkok, 5 classes, left out": ("bangkok", (1, 2, 5, 10)),
    "BCISC, 5 classes, left out": ("bcisc", (1, 2, 5, 10)),
    "Munich, 11 classes, left out": ("aml_lmu", (1, 2, 5)),
    "Delhi, 2 classes, never used": ("cnmc2019", (1, 2, 5, 10)),
}
# each arm's head: the one that is recommended, and the report's own
HEADS = {"recommended": "lda", "imagenet": "lda", "report": "cosine"}
UNSEEN_BY_REPORT = ("Bangkok", "BCISC")  # never embedded with the report's recipe


def score_untrained(folder: Path = RESULTS / "imagenet", name: str = "recommended") -> None:
    """The network as ImageNet left it, on the cells, supports and head of the profile `name`."""
    profile = bs.load_profile(name)
    embedder = bs.Embedder.pretrained(profile.train.backbone, profile.train.image_size)
    parts = [bs.load_cells(profile, role, progress=True) for role in ("pool", "query")]
    task = []
    for part in parts:
        task += [bs.embed(embedder, part.images, progress=True), part.labels]
    settings = profile.episodes
    episodes = bs.k_sweep(
        *task, settings.ks, settings.n_episodes, settings.rng, method=settings.method
    )
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "backbone": profile.train.backbone,
        "image_size": profile.train.image_size,
        "query": parts[1].labels.value_counts().sort_index().to_dict(),
        "episodes": asdict(settings),
    }
    folder.mkdir(parents=True, exist_ok=True)
    kept = episodes[["k", "episode", "accuracy", "balanced_accuracy"]]
    write_whole(folder / "episodes.csv", kept.to_csv(index=False, float_format="%.4f").encode())
    write_whole(folder / "provenance.json", json.dumps(record, indent=1).encode())


def healthy() -> pd.DataFrame:
    """Each arm's draws on the three novel kinds of healthy cells, of every training."""
    report = bs.read_result("pbc/episodes.csv").query("arm == 'aam+consistency'")
    arms = {
        "report": report,
        "imagenet": bs.read_result("imagenet/episodes.csv"),
        "recommended": bs.read_result("recommended/episodes.csv"),
    }
    rows = pd.concat([arms[arm].assign(arm=arm) for arm in HEADS], ignore_index=True)
    classes = len(bs.read_result("imagenet/provenance.json")["query"])
    return rows.assign(cells=HEALTHY, chance=1 / classes)


def laboratory(name: str, n_halves: int = 20) -> pd.DataFrame:
    """Each arm's draws on the cells of another laboratory, in random halves."""
    file, ks = LABORATORIES[name]
    frames = []
    for arm, head in HEADS.items():
        if arm == "report" and name.startswith(UNSEEN_BY_REPORT):
            continue
        Z, table = bs.load_embeddings(file, {"recommended": "released"}.get(arm, arm))
        keep = ~table["label"].isin(AML_RARE).to_numpy()
        groups, y = named_subjects(table["subject"][keep]), table["label"][keep]
        found = bs.evaluate_halves(Z[keep], y, ks, groups, n_halves, n_replicates=1, method=head)
        frames.append(found.episodes.assign(arm=arm, cells=name, chance=1 / y.nunique()))
    return pd.concat(frames, ignore_index=True)


def numbers() -> pd.DataFrame:
    """A row per set, arm and number of labels: the mean, and where 95 of 100 draws fall."""
    draws = pd.concat([*map(laboratory, LABORATORIES), healthy()], ignore_index=True)
    keys = ["cells", "arm", "k"]
    rows = bs.summarise(draws[[*keys, "balanced_accuracy"]], by=keys)
    rows = rows.reset_index(drop=True)[[*keys, "mean", "low", "high"]]
    rows["head"] = rows["arm"].map(HEADS)
    return rows.merge(draws[["cells", "chance"]].drop_duplicates(), on="cells").round(4)


def photograph(rows: pd.DataFrame, path: Path = PICTURE) -> None:
    """The figure in a headless Chromium, two pixels for each of its own."""
    import plotly

    plots.use_book_style()
    fig = plots.answer_figure(rows)
    script = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
    with tempfile.TemporaryDirectory() as folder, new_tab(800, 1000, scale=2) as tab:
        shutil.copy(script, folder)
        page = Path(folder, "answer.html")
        fig.write_html(page, include_plotlyjs="plotly.min.js", config={"staticPlot": True})
        tab.goto(page.as_uri())
        tab.locator(".main-svg").first.wait_for()
        picture = tab.locator(".plot-container").screenshot()
    facts = PngInfo()  # so that a test can tell whether these are the numbers in the picture
    facts.add_text("numbers", fingerprint(rows.to_csv(index=False)))
    file = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(128).save(file, "png", pnginfo=facts, optimize=True)
    write_whole(path, file.getvalue())


def main(arguments: list[str]) -> None:
    """The numbers, and the picture of them."""
    if "--cells" in arguments:
        score_untrained()
    rows = numbers()
    write_whole(RESULTS / "answer.csv", rows.to_csv(index=False).encode())
    photograph(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
