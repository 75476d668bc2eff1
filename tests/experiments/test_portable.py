"""The measuring of claims on other machines, on a notebook of three cells; and what was
measured last.
"""

import re
from dataclasses import replace

import nbformat
import pandas as pd
import pytest

from bloodshot_lib import load_profile, read_result
from experiments import portable
from experiments.portable import CLAIMS, MACHINES, Claim, Machine
from tests.conftest import PROJECT

SMALL = Claim("the planted number is small", "planted", "<", 0.5)
PROFILE = """title = "Stub"
seeds = [123, 124]
[arms]
"softmax" = { loss = "softmax" }
"aam+consistency" = { loss = "aam+consistency" }
"aam+consistency, reflected" = { loss = "aam+consistency", fill = "reflect" }
[episodes]
k = 10
"""


@pytest.fixture
def stub(tmp_path):
    """A notebook whose second cell is checked, and whose third is not."""
    sources = {
        "import os, uuid\nplanted = len(os.environ.get('PLANTED', ''))": "",
        "print('planted:', planted)": "planted: 0\n",
        "print(uuid.uuid4())": "another\n",
    }
    cells = [
        nbformat.v4.new_code_cell(
            source, outputs=[nbformat.v4.new_output("stream", text=text)] if text else []
        )
        for source, text in sources.items()
    ]
    cells[2].metadata["tags"] = ["nbval-ignore-output"]
    path = tmp_path / "stub.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (tmp_path / "stub.toml").write_text(PROFILE)
    return path


def _run(stub, machine):
    return portable.run_machine("here", machine, {stub: (SMALL,)}, stub.with_suffix(".toml"))


def test_a_chapter_that_prints_what_is_stored_has_no_fault(stub):
    before = stub.read_bytes()
    found = _run(stub, Machine())
    assert portable.faults(found) == [] == found["differences"]
    (claim,), (about,) = found["claims"], found["machines"]
    assert (claim["claim"], claim["value"], claim["holds"]) == (SMALL.words, 0, True)
    assert about["processor"] and about["instructions"] and about["threads"] >= 1
    assert stub.read_bytes() == before


def test_a_planted_difference_and_the_claim_that_it_breaks_are_told(stub):
    found = _run(stub, Machine({"PLANTED": "x"}))
    failed, moved = portable.faults(found)
    assert failed == "here, stub: the planted number is small: 1.0 is not < 0.5"
    assert (
        "- planted: 0\n+ planted: 1" in moved
        and found["machines"][0]["settings"] == "PLANTED=x"
    )


def test_a_machine_trains_once_with_the_first_seed_or_another(tmp_path):
    profile = PROJECT / "profiles/demo.toml"
    demo = load_profile(profile)
    first, other = (
        load_profile(portable.one_training(profile, seed, tmp_path)) for seed in (None, 7)
    )
    assert first.seeds == demo.seeds[:1] and other.seeds == (7,)
    assert first.arms == other.arms == {portable.ARM: demo.arms[portable.ARM]}
    assert replace(first, seeds=demo.seeds, arms=demo.arms) == demo


def test_what_is_run_on_some_machines_leaves_the_rows_of_the_others(
    stub, tmp_path, monkeypatch
):
    monkeypatch.setattr(portable, "TABLE", tmp_path / "t.csv")
    monkeypatch.setattr(portable, "RECORD", tmp_path / "t.json")
    monkeypatch.setattr(
        portable,
        "run_machine",
        lambda name, *_: {
            "claims": [portable.judge(name, "stub", SMALL, 0.25)],
            "machines": [{"machine": name}],
            "differences": [],
        },
    )
    for names in (["native", "AVX2"], ["AVX2"]):
        monkeypatch.setattr("sys.argv", ["portable", *names])
        with pytest.raises(SystemExit) as done:
            portable.main()
        assert done.value.code == 0
    assert pd.read_csv(tmp_path / "t.csv")["machine"].tolist() == ["native", "AVX2"]


def test_every_chapter_that_trains_is_run_and_prints_the_claims_that_are_measured():
    trains = {
        path.stem
        for path in (PROJECT / "notebooks").glob("*.ipynb")
        if re.search(r"bs\.(fit_arm|run_arms|fit_or_load|train)\(", path.read_text())
    }
    assert trains == set(CLAIMS)
    for chapter, claims in CLAIMS.items():
        notebook = nbformat.read(PROJECT / "notebooks" / f"{chapter}.ipynb", as_version=4)
        sources = re.sub(
            r'"\s+f?"', "", "\n".join(source for source, _ in portable.checked_cells(notebook))
        )
        assert [claim.words for claim in claims if claim.words not in sources] == [], chapter


def test_the_claims_held_on_every_machine_when_they_were_measured():
    table, record = read_result("portable.csv"), read_result("portable.json")
    wanted = {
        (machine, chapter, claim.words, claim.rule, round(claim.threshold, 4))
        for machine in MACHINES
        for chapter, claims in CLAIMS.items()
        for claim in claims
    }
    columns = ["machine", "chapter", "claim", "rule", "threshold"]
    assert set(table[columns].itertuples(index=False, name=None)) == wanted
    assert table["holds"].all() and len(record["differences"]) == 0
