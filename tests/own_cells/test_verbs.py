import json
import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bloodshot_lib import Embedder, FewShotClassifier, embed, load_images, read_image_folder
from bloodshot_lib.own_cells.command_line import main
from tests.own_cells.conftest import COLOURS, disc


def test_three_commands_from_a_folder_to_a_report(bloodshot, folders):
    status, said, _ = bloodshot("suggest", "cells", "-n", 3, "-o", "to_label")
    assert status == 0 and "make a folder" in said
    copied = sorted(path.name for path in (folders / "to_label").glob("*.png"))
    assert len(copied) == 3 and (folders / "to_label" / "contact_sheet.html").is_file()
    status, said, _ = bloodshot("check", "labelled")
    assert status == 0 and "balanced accuracy" in said and "95 % interval" in said
    status, said, _ = bloodshot("classify", "labelled", "cells", "-o", "result")
    assert status == 0 and "report.html" in said
    made = sorted(path.name for path in (folders / "result").iterdir())
    assert made == ["cells.csv", "report.html", "result.xlsx", "summary.json"]


def test_the_list_agrees_with_the_library(bloodshot, folders, weights):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    cells = pd.read_csv(folders / "result" / "cells.csv", keep_default_na=False)
    embedder = Embedder.load(weights)
    mine, new = read_image_folder("labelled"), read_image_folder("cells", labelled=False)
    Z, Z_new = (embed(embedder, load_images(part, 32)) for part in (mine, new))
    clf = FewShotClassifier().fit(Z, mine["label"])
    assert cells["file"].tolist() == [f"{a}_{n}.png" for a in COLOURS for n in range(3)]
    assert (cells["predicted"] == clf.predict(Z_new)).all()
    np.testing.assert_allclose(cells["certainty"], clf.predict_proba(Z_new).max(axis=1), atol=6e-4)
    assert (cells["unlike"] == (clf.unlikeness(Z_new) > 1)).all()
    assert (cells["runner_up"] != cells["predicted"]).all()
    assert cells["nearest"].str.split(" | ", regex=False).map(len).eq(3).all()


def test_the_same_cells_take_no_second_embedding(bloodshot, folders, monkeypatch):
    assert bloodshot("classify", "labelled", "cells", "-o", "one")[0] == 0

    def never(*_):
        raise AssertionError("embedded again")

    monkeypatch.setattr("bloodshot_lib.embedder.embedding._embed_part", never)
    assert bloodshot("classify", "labelled", "cells", "-o", "two")[0] == 0
    first, second = ((folders / name / "cells.csv").read_bytes() for name in ("one", "two"))
    assert first == second


def test_a_labelled_cell_among_the_new_keeps_its_label_and_is_not_suggested(bloodshot, folders):
    shutil.copy("labelled/ape/P0_ape0.png", "cells/again.png")
    shutil.copy("labelled/bee/P0_bee0.png", "labelled/ape/odd.png")  # an odd label is kept too
    (folders / "labelled/bee/P0_bee0.png").unlink()
    shutil.copy("labelled/ape/odd.png", "cells/odd.png")
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    cells = pd.read_csv("result/cells.csv", index_col="file", keep_default_na=False)
    for name in ("again.png", "odd.png"):
        assert cells.loc[name, ["predicted", "certainty", "labelled"]].tolist() == ["ape", 1, True]
    assert cells.loc["again.png", "nearest"] == "ape/P0_ape0.png"
    status, *_ = bloodshot("suggest", "cells", "-n", 9, "-o", "more", "--labelled", "labelled")
    names = {path.name for path in (folders / "more").glob("*.png")}
    assert status == 0 and len(names) == 9 and not names & {"again.png", "odd.png"}


def test_a_labelled_image_that_was_tagged_or_saved_anew_is_that_cell_still(bloodshot, folders):
    Image.open("labelled/ape/P0_ape0.png").save("cells/anew.bmp")
    tagged = PngInfo()
    tagged.add_text("rating", "5")
    Image.open("labelled/bee/P0_bee0.png").save("cells/tagged.png", pnginfo=tagged)
    changed = np.array(Image.open("labelled/cat/P0_cat0.png"))
    changed[3, 3] = 0
    Image.fromarray(changed).save("cells/changed.png")
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    cells = pd.read_csv("result/cells.csv", index_col="file", keep_default_na=False)
    assert cells.index[cells["labelled"]].tolist() == ["anew.bmp", "tagged.png"]
    assert cells.loc[["anew.bmp", "tagged.png"], "predicted"].tolist() == ["ape", "bee"]
    more = "suggest", "cells", "-n", 10, "-o", "more", "--labelled", "labelled", "--json"
    assert not {"anew.bmp", "tagged.png"} & set(json.loads(bloodshot(*more)[1])["files"])


def test_what_you_labelled_is_certain_in_the_shares(bloodshot, folders):
    for path in (folders / "labelled").rglob("*.png"):
        shutil.copy(path, folders / "cells" / f"mine_{path.name}")
    shutil.copy("labelled/cat/P0_cat0.png", "cells/once_more.png")
    rows = json.loads(bloodshot("classify", "labelled", "cells", "-o", "all", "--json")[1])
    rows = {row["label"]: row for row in rows["prevalence"]}
    for label, mine in {"ape": 4, "bee": 4, "cat": 5}.items():
        row = rows[label]
        assert row["share"] == pytest.approx(row["cells"] / 22)
        assert mine / 22 <= row["low"] <= row["share"] <= row["high"] <= (mine + 9) / 22
    for path in (folders / "cells").glob("*_?.png"):
        path.unlink()  # the nine that nobody labelled
    (folders / "cells" / "once_more.png").unlink()
    rows = json.loads(bloodshot("classify", "labelled", "cells", "-o", "own", "--json")[1])
    for row in rows["prevalence"]:
        assert row["low"] == row["share"] == row["high"] == pytest.approx(1 / 3)


def test_json_is_for_programs(bloodshot, folders):
    status, said, _ = bloodshot("classify", "labelled", "cells", "-o", "result", "--json")
    facts = json.loads(said)
    assert status == 0 and facts == json.loads((folders / "result/summary.json").read_text())
    assert sum(facts["counts"].values()) == 9 and facts["weights"] == "tiny.safetensors"
    assert facts["expected"][0]["low"] <= facts["expected"][0]["balanced_accuracy"]
    assert facts["quote"].startswith("Cells were classified with BloodShot")
    chosen = json.loads(bloodshot("suggest", "cells", "-n", 2, "-o", "some", "--json")[1])
    assert len(chosen["files"]) == 2
    checked = json.loads(bloodshot("check", "labelled", "--json")[1])
    assert [row["cells"] for row in checked["classes"]] == [4, 4, 4]


def test_subjects_are_found_by_a_pattern_and_held_out(bloodshot, folders):
    status, said, _ = bloodshot("check", "labelled", "--subject", "^(P[0-9])_")
    assert status == 0 and "subjects" in said
    status, said, said_wrong = bloodshot("check", "labelled", "--subject", "^(Q[0-9])_")
    assert status == 2 and "finds nothing in P0_ape0.png" in said_wrong


def test_a_label_that_looks_wrong_and_copies_are_named(bloodshot, folders):
    rng = np.random.default_rng(2)
    for number in range(8):
        for label, colour in COLOURS.items():
            disc(folders / f"labelled/{label}/more_{number}.png", colour, rng)
    shutil.move("labelled/cat/P0_cat0.png", "labelled/ape/P0_cat0.png")
    shutil.copy("labelled/bee/P0_bee0.png", "labelled/bee/copy.png")
    status, said, _ = bloodshot("check", "labelled")
    assert status == 0
    assert "Look at these labels again" in said and "ape/P0_cat0.png" in said
    assert "Identical files" in said and "bee/copy.png" in said


def test_copies_of_a_labelled_cell_do_not_vouch_for_each_other(bloodshot, folders):
    def expected():
        return [json.loads(bloodshot(*verb, "--json")[1])["expected"] for verb in verbs]

    verbs = [("check", "labelled"), ("classify", "labelled", "cells", "-o", "one")]
    alone = expected()
    for number in range(5):
        shutil.copy("labelled/bee/P0_bee0.png", f"labelled/bee/P0_bee0_{number}.png")
    shutil.rmtree("one")
    assert expected() == alone


def test_a_class_of_one_cell_takes_no_estimate_from_the_others(bloodshot, folders):
    for number in (1, 2, 3):
        (folders / f"labelled/cat/P{number % 2}_cat{number}.png").unlink()
    for verb in (("check", "labelled"), ("classify", "labelled", "cells", "-o", "result")):
        status, said, _ = bloodshot(*verb)
        assert status == 0 and "Expect a balanced accuracy" in said
        assert "The labelled cells do not say how well cat will be recognised" in said
    text = (folders / "result/summary.json").read_text()
    summary = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert summary["unjudged"] == ["cat"] and summary["quote"]
    for number in (1, 2, 3):
        (folders / f"labelled/bee/P{number % 2}_bee{number}.png").unlink()
    status, said, _ = bloodshot("classify", "labelled", "cells", "-o", "fewer")
    assert status == 0 and "cannot be said" in said
    page = (folders / "fewer/report.html").read_text()
    assert "No accuracy can be stated" in page and "To quote" not in page


ODD = [
    "a,b.png",
    'say "ape".png',
    "<script>alert(1)</script>.png".replace("/", "_"),
    "größe & maß.png",
    "{{ 7 * 7 }}.png",
    "=1+1.png",
]


def test_names_are_shown_as_they_are(bloodshot, folders):
    rng = np.random.default_rng(1)
    for name in ODD:
        disc(folders / "cells" / name, COLOURS["ape"], rng)
    shutil.move("labelled/cat", "labelled/<b>cat & 'dog'")
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    cells = pd.read_csv("result/cells.csv", encoding="utf-8-sig")
    assert set(ODD) <= set(cells["file"])
    page = (folders / "result/report.html").read_text()
    assert "<script>alert" not in page and "<b>cat" not in page and "{{ 7 * 7 }}" in page

    tags, reader = [], HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append(tag)
    reader.feed(page)
    assert "b" not in tags
    assert bloodshot("suggest", "cells", "-n", 15, "-o", "all")[0] == 0
    copied = {path.name for path in (folders / "all").glob("*.png")}
    assert len(copied) == 15 and {"a,b.png", "größe & maß.png", "say _ape_.png"} <= copied


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    said = capsys.readouterr().out
    assert stopped.value.code == 0 and said.count("bloodshot ") >= 3 and "-o result/" in said


def test_what_is_kept_needs_no_network(bloodshot, folders, weights):
    """The loop of correcting a label and running again does not wait for torch."""
    assert bloodshot("classify", "labelled", "cells", "-o", "first")[0] == 0
    shutil.move("labelled/ape/P0_ape0.png", "labelled/bee/P0_ape0.png")
    run = f"""
import sys
from bloodshot_lib.own_cells.command_line import main
for verb in (["classify", "labelled", "cells", "-o", "again"], ["check", "labelled"],
             ["suggest", "cells", "-n", "3", "-o", "more", "--labelled", "labelled"]):
    status = main([*verb, "--weights", {str(weights)!r}, "-q"])
    assert status == 0 and "torch" not in sys.modules, verb
"""
    subprocess.run([sys.executable, "-c", run], check=True)


def _unheard(*words, errors=subprocess.PIPE):
    """Run the command where whoever reads what it prints has left, as in `| head`."""
    reading, writing = os.pipe()
    os.close(reading)
    # as in a shell: what is printed may wait in a buffer
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "bloodshot_lib", *map(str, words)]
    ran = subprocess.run(command, stdout=writing, stderr=errors, text=True, env=env)
    os.close(writing)
    return ran


@pytest.mark.parametrize("words", [("--help",), ("check", "--help"), ("--version",)])
def test_a_reader_of_the_help_may_leave(words):
    ran = _unheard(*words)
    assert ran.returncode == 0 and not ran.stderr


def test_progress_goes_on_when_the_reader_of_the_result_has_left(folders, weights):
    ran = _unheard("check", "labelled", "--weights", weights)
    assert ran.returncode == 0 and "12/12" in ran.stderr and "Error" not in ran.stderr


def test_no_work_is_lost_when_the_reader_of_the_progress_has_left(folders, weights):
    words = "classify", "labelled", "cells", "-o", "result", "--weights", weights
    assert _unheard(*words, errors=subprocess.STDOUT).returncode == 0
    assert (folders / "result" / "report.html").is_file()


def test_a_full_disk_below_the_output_is_said(folders, weights):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    command = [sys.executable, "-m", "bloodshot_lib", "check", "labelled", "--weights", weights]
    with open("/dev/full", "w") as full:
        ran = subprocess.run([*command, "-q"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 0
    assert ran.stderr == "What was found could not be shown here: No space left on device.\n"
