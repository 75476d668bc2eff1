"""The ladder and the releases, on amounts that take seconds."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import Embedder, TrainConfig, load_images, train
from bloodshot_lib.data.laboratory_shifts import SHIFTS
from bloodshot_lib.embedder import weights_file
from bloodshot_lib.embedder.weights_file import read_header
from experiments import ladder, ladder_plan, ladder_scores, release
from experiments.objectives import FreeTurns

RECIPE = TrainConfig("softmax", "test_efficientnet", image_size=32, epochs=1, batch_size=8)
PLAN = ladder_plan.Plan(
    partitions={"A": ("erythroblast", "monocyte")},
    recipes={"first": replace(RECIPE, loss="aam+consistency"), "last": RECIPE},
    options={"turns": ladder_plan.Option(objective=FreeTurns)},
    seeds=(1,),
    ks=(1, 10),
    seen=8,
    pool=12,
    query=6,
    uneven=(12, 10),
    episodes=2,
    fewer=1,
)


@pytest.fixture
def pbc(tmp_path, monkeypatch) -> Path:
    """Noise in the colour of its class, named and laid out like the healthy cells of `pbc`."""
    drawn = {
        "neutrophil/BNE": 8,
        "neutrophil/SNE": 8,
        "neutrophil/NEUTROPHIL": 1,
        "ig/IG": 8,
        "erythroblast/ERB": 18,
        "monocyte/MO": 18,
    }
    rng = np.random.default_rng(0)
    for name, count in drawn.items():
        colour = rng.integers(0, 155, 3)
        for number in range(count):
            path = tmp_path / "data" / "pbc_128px" / f"{name}_{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = colour + rng.integers(0, 100, (32, 32, 3))
            Image.fromarray(pixels.astype(np.uint8)).save(path)
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "artifacts"))
    return tmp_path


@pytest.mark.parametrize("part", ["3/2", "0/1", "1/0", "x", "1", "1/2/3", "-1/2", ""])
def test_a_part_that_is_none_is_refused(part, capsys):
    with pytest.raises(SystemExit) as error:
        ladder.main([f"--part={part}"])
    assert (
        error.value.code == 2
        and f"such as 1/2 and 2/2, but was {part!r}" in capsys.readouterr().err
    )


def test_the_ladder_is_climbed_in_two_parts(pbc, capsys):
    results = pbc / "results"
    ladder.main(["--part", "1/2"], PLAN, results)
    assert "3 of 5 jobs are finished" in capsys.readouterr().out and not results.exists()
    ladder.main(["--part", "2/2"], PLAN, results)
    scores = pd.read_csv(results / "scores.csv")
    assert set(scores["study"]) == {"ladder", "heads", "options", "untrained"}
    assert scores["balanced_accuracy"].between(0, 1).all()
    assert set(scores["k"]) == {1, 10} and "fine-tuned, 1 episodes" in set(scores["method"])
    assert (
        json.loads((results / "provenance.json").read_text())["cells of a class"]["pool"] == 12
    )


@pytest.mark.parametrize(
    "name", ["balanced batches", "group norm", "the same, 3 sub-centres", "weights averaged"]
)
def test_an_option_of_the_ladders_own_is_trained_and_scored(pbc, name):
    changes, objective, balanced = ladder_plan.OPTIONS[name]
    recipe = replace(RECIPE, **changes)
    job = ladder_plan.Job("options", "A", name, recipe, objective, balanced)
    cells = ladder_scores.read_cells()
    task = ladder_scores.load_task(cells, PLAN.partitions["A"], recipe.image_size, PLAN)
    scores = ladder.run_job(job, task, PLAN)
    assert set(scores["shift"]) == {"none", *SHIFTS} and set(scores["k"]) == {10}
    assert scores["balanced_accuracy"].between(0, 1).all()


def test_every_job_of_the_ladder_is_kept_under_a_name_of_its_own():
    jobs = ladder_plan.jobs()
    assert len({ladder.job_file(job, ladder_plan.FULL) for job in jobs}) == len(jobs)


def tiny(seed: int = 123) -> Embedder:
    """A training on the drawn cells."""
    table = ladder_scores.read_cells()
    images = load_images(table, RECIPE.image_size)
    return train(replace(RECIPE, seed=seed), images, table["label"]).embedder


def test_weights_are_made_and_checked(pbc, capsys):
    releases = {"tiny": release.Release("tiny", tiny, release.healthy_cells)}
    release.main(["tiny"], releases, pbc, ks=(1, 2))
    release.main(["tiny", "--check"], releases, pbc, ks=(1, 2))
    _, now, recorded = capsys.readouterr().out.splitlines()
    assert now.removeprefix("now:").split() == recorded.removeprefix("recorded:").split()
    classes = ("band neutrophil", "erythroblast", "monocyte", "segmented neutrophil")
    assert Embedder.load(release.weights_of(releases["tiny"], pbc)).classes == classes


def test_a_release_may_name_an_earlier_one_as_its_first_network(pbc, monkeypatch):
    """And is the same network as if its file held both."""
    kept = pbc / "bloodshot_lib" / "weights"
    monkeypatch.setattr(weights_file, "_RELEASED", kept)

    def pair():
        return Embedder.side_by_side([Embedder.load("first"), tiny(7)])

    releases = {
        "first": release.Release("first", tiny, release.healthy_cells),
        "both": release.Release("both", pair, release.healthy_cells, beside="first"),
        "whole": release.Release("whole", pair, release.healthy_cells),
    }
    for name in releases:
        release.main([name], releases, pbc, ks=(1,))
    both, whole = (Embedder.load(name) for name in ("both", "whole"))
    assert both.key == whole.key and both.header == whole.header == read_header("both")
    sizes = [(kept / f"{name}.safetensors").stat().st_size for name in ("both", "whole")]
    assert sizes[0] < 0.6 * sizes[1]
    record = json.loads(release.record_of(releases["both"], pbc).read_text())
    assert [recipe["seed"] for recipe in record["recipes"]] == [123, 7]
    (kept / "first.safetensors").unlink()
    with pytest.raises(ValueError, match="`networks` must be a list of headers"):
        Embedder.load("both")


def test_the_mean_of_two_trainings_is_that_of_each_weight():
    one, other = (Embedder("test_efficientnet", 32) for _ in range(2))
    before = {name: value.clone() for name, value in one.state_dict().items()}
    mean = release.mean_of(one, other).state_dict()
    theirs = other.state_dict()
    moved = [name for name in mean if not mean[name].equal(before[name])]
    assert moved and all(
        mean[name].equal((before[name] + theirs[name]) / 2) for name in moved
    )
