import json
import sys

import pytest

from bloodshot_lib import read_result
from bloodshot_lib.packaged import results as packaged_results
from bloodshot_lib.study import results
from bloodshot_lib.study.__main__ import main


def test_the_command_writes_episodes_histories_and_provenance(
    profile, tmp_path, monkeypatch, capsys
):
    for module in (packaged_results, results):
        monkeypatch.setattr(module, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["study", str(tmp_path / "small.toml")])
    main()
    assert "written to" in capsys.readouterr().out
    assert len(read_result("small/episodes.csv")) == 2 * 2 * 2 * 4
    assert read_result("small/histories.csv")[["arm", "seed"]].drop_duplicates().shape == (4, 2)
    record = json.loads((tmp_path / "results/small/provenance.json").read_text())
    assert record["seeds"] == [1, 2] and record["query"].keys() == {"all", "hem"}
    assert record["versions"]["torch"]
    assert len(record["data_fingerprint"]) == 16 and str(tmp_path) not in json.dumps(record)
    with pytest.raises(FileNotFoundError, match=r"no result 'x'. Known: .*report/table1.csv"):
        read_result("x")
    few = r"Known: report/table1.csv(, [\w/.]+){0,2}\. `make"
    with pytest.raises(FileNotFoundError, match=few):
        read_result("report/tabel1.csv")
