"""Every job of the benchmark, on amounts that take seconds."""

import json
import os
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from benchmarks import bench, fields, page
from benchmarks.measure import peak_memory_mb, row
from benchmarks.sizes import TINY
from bloodshot_lib import read_result
from bloodshot_lib.embedder import forward_pass


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """The file that all jobs put their rows into."""
    return tmp_path_factory.mktemp("bench") / "bench.json"


@pytest.fixture
def tiny_work(monkeypatch):
    """Small fields, few labels, and torch for OpenVINO, which takes seconds to compile."""
    monkeypatch.setattr(fields, "FIELD", (300, 600))
    monkeypatch.setattr(page, "LABELS", page.LAST + 1)
    monkeypatch.setattr(forward_pass, "_openvino", forward_pass._torch)


@pytest.mark.parametrize("job", bench.JOBS)
def test_a_job_gives_the_rows_that_are_committed(job, results, tiny_work, tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# One"), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "stub.ipynb")
    sizes = replace(TINY, notebooks=tmp_path, dropped=(8, 9))
    assert bench.run([job], results, sizes) == []
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


def test_memory_is_watched_no_longer_than_the_way_takes():
    with pytest.raises(RuntimeError, match="it broke"):
        peak_memory_mb(lambda: _broken(None, None))
    seconds, memory = peak_memory_mb(lambda: None)
    assert seconds < 1 and memory >= 0
