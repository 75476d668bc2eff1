"""Every job of the benchmark, the ladder and the release, on amounts that take seconds."""

import json
import os
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from benchmarks import bench, ladder, ladder_plan, ladder_scores, own_cells, release, suggestions
from benchmarks.measure import peak_memory_mb, row
from benchmarks.sizes import TINY
from bloodshot_lib import Embedder, TrainConfig, read_result
from bloodshot_lib.data.laboratory_shifts import SHIFTS
from tests.conftest import PROJECT

RECIPE = TrainConfig("softmax", "test_efficientnet", image_size=32, epochs=1, batch_size=8)
PLAN = ladder_plan.Plan(
    partitions={"A": ("erythroblast", "monocyte")},
    recipes={"first": replace(RECIPE, loss="aam+consistency"), "last": RECIPE},
    options={"turns": ladder_plan.Option({"turns": "free"})},
    seeds=(1,),
    ks=(1, 10),
    seen=8,
    pool=12,
    query=6,
    uneven=(12, 10),
    episodes=2,
    fewer=1,
)


def _written() -> dict[Path, int]:
    """When each committed result and each file of weights was last written."""
    folders = (PROJECT / "results", PROJECT / "bloodshot_lib" / "weights")
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")}


@pytest.fixture(scope="module", autouse=True)
def nothing_committed_is_touched():
    before = _written()
    yield
    assert _written() == before


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """More threads than that wait for each other longer than such amounts take."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # of the processes that are started
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """The file that all jobs put their rows into."""
    return tmp_path_factory.mktemp("bench") / "bench.json"


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


@pytest.mark.parametrize("job", bench.JOBS)
def test_a_job_gives_the_rows_that_are_committed(job, results, tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# One"), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "stub.ipynb")
    assert bench.run([job], results, replace(TINY, notebooks=tmp_path)) == []
    record = json.loads(results.read_text())
    rows = pd.DataFrame(record["rows"]).query("job == @job")
    committed = read_result("bench.json")["rows"].query("job == @job")
    assert set(rows["task"]) == set(committed["task"])
    assert (rows["least"] > 0).all() and record["minutes"][job] >= 0
    if job not in ("chapters", "imports"):  # of which there are fewer here
        cores = rows["way"].str.replace(f"{os.cpu_count()} cores", "2 cores")
        assert set(cores) == set(committed["way"])


def _job(folder, sizes):
    """A job of one row."""
    return [row("task", "ours", [1.0], 1, "units")]


def _broken(folder, sizes):
    """A job that does not end."""
    raise RuntimeError("it broke")


@pytest.fixture
def three_jobs(monkeypatch):
    for name, job in (("ceilings", _job), ("losses", _broken), ("imports", _job)):
        monkeypatch.setitem(bench.JOBS, name, job)
    return ["ceilings", "losses", "imports"]


def test_a_job_that_fails_is_named_and_the_others_are_kept(three_jobs, tmp_path, capsys):
    path = tmp_path / "new" / "bench.json"
    with pytest.raises(SystemExit, match="Failed, as shown above: losses"):
        bench.main([*three_jobs, "--results", str(path)])
    record = json.loads(path.read_text())
    assert [each["job"] for each in record["rows"]] == ["ceilings", "imports"]
    assert list(record["minutes"]) == ["ceilings", "imports"]
    assert "RuntimeError: it broke" in capsys.readouterr().err


def test_a_job_replaces_its_own_rows_only(three_jobs, tmp_path, capsys):
    path = tmp_path / "bench.json"
    old = [{"job": job} | row("old", "ours", [2.0], 1, "units") for job in three_jobs]
    path.write_text(json.dumps({"minutes": dict.fromkeys(three_jobs, 9), "rows": old}))
    assert bench.run(["losses", "imports"], path) == ["losses"]
    record = json.loads(path.read_text())
    tasks = {each["job"]: each["task"] for each in record["rows"]}
    assert tasks == {"ceilings": "old", "losses": "old", "imports": "task"}
    assert record["minutes"] == {"ceilings": 9, "losses": 9, "imports": 0}


def test_a_run_that_is_stopped_keeps_its_finished_jobs(three_jobs, tmp_path, monkeypatch):
    def stopped(folder, sizes):
        """A job in which the run is stopped, past all handling of failures."""
        raise KeyboardInterrupt

    monkeypatch.setitem(bench.JOBS, "losses", stopped)
    with pytest.raises(KeyboardInterrupt):
        bench.run(three_jobs, tmp_path / "bench.json")
    record = json.loads((tmp_path / "bench.json").read_text())
    assert [each["job"] for each in record["rows"]] == list(record["minutes"]) == ["ceilings"]


def test_an_unknown_job_is_told_the_nearest_and_all(capsys):
    with pytest.raises(SystemExit) as error:
        bench.main(["evalution"])
    told = capsys.readouterr().err
    assert error.value.code == 2
    assert "there is no job 'evalution'. Did you mean 'evaluation'?" in told
    assert all(name in told for name in bench.JOBS)


@pytest.mark.parametrize("part", ["3/2", "0/1", "1/0", "x", "1", "1/2/3", "-1/2", ""])
def test_a_part_that_is_none_is_refused(part, capsys):
    with pytest.raises(SystemExit) as error:
        ladder.main([f"--part={part}"])
    assert (
        error.value.code == 2
        and f"such as 1/2 and 2/2; got {part!r}" in capsys.readouterr().err
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


@pytest.mark.parametrize("name", ["balanced batches", "group norm", "the same, 3 sub-centres"])
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


def test_weights_are_made_and_checked(pbc, capsys):
    releases = {"tiny": release.Release("tiny", RECIPE)}
    release.main(["tiny"], releases, pbc, ks=(1, 2))
    release.main(["tiny", "--check"], releases, pbc, ks=(1, 2))
    _, now, recorded = capsys.readouterr().out.splitlines()
    assert now.removeprefix("now:").split() == recorded.removeprefix("recorded:").split()
    classes = ("band neutrophil", "erythroblast", "monocyte", "segmented neutrophil")
    assert Embedder.load(release.weights_of(releases["tiny"], pbc)).classes == classes


def test_a_release_may_be_the_mean_of_two_trainings(pbc):
    one, other = (Embedder("test_efficientnet", 32) for _ in range(2))
    before = {name: value.clone() for name, value in one.state_dict().items()}
    mean = release.mean_of(one, other).state_dict()
    theirs = other.state_dict()
    moved = [name for name in mean if not mean[name].equal(before[name])]
    assert moved and all(
        mean[name].equal((before[name] + theirs[name]) / 2) for name in moved
    )
    releases = {"first": release.Release("first", RECIPE)}
    release.main(["first"], releases, pbc, ks=(1,))
    path = str(release.weights_of(releases["first"], pbc))
    releases["second"] = release.Release("second", replace(RECIPE, seed=7), mean_with=path)
    release.main(["second"], releases, pbc, ks=(1,))
    record = json.loads(release.record_of(releases["second"], pbc).read_text())
    assert record["mean_with"] == path and record["recipe"]["seed"] == 7


def test_ways_to_choose_cells_are_compared_at_equal_cost(tmp_path, capsys):
    rng, y = np.random.default_rng(0), np.repeat(["ape", "bee"], [24, 8])
    Z = suggestions.normalize(rng.normal(size=(32, 4)) + 9 * np.eye(4)[(y == "bee").astype(int)])
    sets = {"apart": suggestions.Cells(Z, y), "people": suggestions.Cells(Z, y, np.arange(32) // 2)}
    suggestions.main(sets, tmp_path, shots=(2, 3, 99), n_halves=3)
    scores = pd.read_csv(tmp_path / "suggestions.csv")
    assert list(scores) == list(read_result("own_cells/suggestions.csv"))
    assert set(scores["n"]) == {4, 6} and set(scores["method"]) == set(suggestions.WAYS)
    ours = scores[scores["method"].str.startswith("suggest_cells")]
    assert (ours["balanced_accuracy"] == 1).all() and (ours["classes_found"] == 2).all()
    assert scores[scores["method"] == "random"]["difference"].eq(0).all()
    record = json.loads((tmp_path / "suggestions.json").read_text())
    assert record["cells"]["people"] == {"ape": 24, "bee": 8}


def test_what_is_said_of_own_cells_is_held_against_real_ones(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(own_cells, "KS", (2, 20))
    own_cells.main(["--all"], tmp_path, n_draws=4)
    committed = {path.name for path in own_cells.RESULTS.glob("*.csv")} - {"suggestions.csv"}
    assert {path.name for path in tmp_path.glob("*.csv")} == committed
    for name in committed:
        made, kept = pd.read_csv(tmp_path / name), read_result(f"own_cells/{name}")
        assert list(made) == list(kept)
        keys = ["set", "k"]
        asked = kept[kept["k"].isin([2, 20])]
        assert set(made[keys].itertuples(index=False)) == set(asked[keys].itertuples(index=False))
    assert json.loads((tmp_path / "provenance.json").read_text())["draws"] == 4
    own_cells.main([], tmp_path / "none", n_draws=2)
    assert not (tmp_path / "none").exists(), "only the whole of it is written"


def test_memory_is_watched_no_longer_than_the_way_takes():
    with pytest.raises(RuntimeError, match="it broke"):
        peak_memory_mb(lambda: _broken(None, None))
    seconds, memory = peak_memory_mb(lambda: None)
    assert seconds < 1 and memory >= 0
