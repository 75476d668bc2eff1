"""What goes wrong on a person's disk gets a clear message, and leaves nothing half done."""

import errno
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib.own_cells.command_line import main
from tests.own_cells.conftest import COLOURS, disc

PERSIAN = "\u062a\u06a9\u200c\u0647\u0633\u062a\u0647"  # spelt with a joiner
CLASSIFY = "classify", "labelled", "cells", "-o", "result"


def _left(folders):
    return sorted(path.name for path in folders.iterdir() if path.name != "kept")


def _one_class(folders):
    shutil.rmtree("labelled/bee"), shutil.rmtree("labelled/cat")


def _none_new(folders):
    shutil.rmtree("cells"), (folders / "cells").mkdir()


def _mixed(folders):
    (folders / "cells/P1").mkdir(), shutil.copy("cells/ape_0.png", "cells/P1/1.png")


def _two_levels(folders):
    shutil.move("cells", "slide"), shutil.move("slide", "cells/P1/slide")


def _sets(folders):
    for name in ("train", "test"):
        shutil.copytree("labelled", f"sets/{name}")
    shutil.rmtree("labelled"), shutil.move("sets", "labelled")


def _result(folders):
    (folders / "cells/earlier").mkdir(), shutil.copy("cells/ape_0.png", "cells/earlier/1.png")
    (folders / "cells/earlier/summary.json").write_text("{}")


def _undecided(folders):
    disc(folders / "labelled" / "left.png", COLOURS["ape"], np.random.default_rng(3))


@pytest.mark.parametrize(
    "spoil, words",
    [
        (_one_class, "at least two classes"),
        (_none_new, "holds no"),
        (_mixed, "beside them folders with images (P1, ...). If these are patients' folders"),
        (_two_levels, "cells/P1 holds folders again (slide, ...)"),
        (_sets, "one level too high: pass labelled/test"),
        (_result, "cells/earlier was made by this program"),
        (_undecided, "move each image into its class"),
        (lambda folders: shutil.rmtree("cells"), "There is no folder cells"),
        (lambda folders: (folders / "result").mkdir(), "result exists: name a new folder"),
    ],
)
def test_a_folder_that_is_not_as_it_should_be(bloodshot, folders, spoil, words):
    spoil(folders)
    before = _left(folders)
    status, said, wrong = bloodshot(*CLASSIFY)
    assert status == 2 and said == "" and words in wrong and "Traceback" not in wrong
    assert _left(folders) == before


def test_what_disks_and_people_leave_behind_does_not_matter(bloodshot, folders):
    """Folders and files that are no cells are left out, with their names, and classes stay."""
    (folders / "labelled/@eaDir/ape").mkdir(parents=True)
    (folders / "cells/System Volume Information").mkdir()
    (folders / "cells/Thumbs.db").write_text("x"), (folders / "cells/later.heic").write_text("x")
    os.rename("cells/ape_0.png", b"cells/Zelle_\xe4.png")
    (folders / "labelled/cat").rename(folders / "labelled/NA")
    (folders / "labelled/bee").rename(
        folders / "labelled/\u062a\u06a9\u200c\u0647\u0633\u062a\u0647"
    )
    status, said, wrong = bloodshot(*CLASSIFY)
    summary = json.loads((folders / "result/summary.json").read_text())
    left_out, (note,) = summary["left_out"], summary["warnings"]
    assert "class NA" in note and said.count(note) == 1 and wrong == ""
    assert status == 0 and "Traceback" not in wrong and "Thumbs" not in said + wrong
    for name in ("@eaDir", "System Volume Information", "later.heic"):
        assert name in said + wrong and name in str(left_out)
    cells = pd.read_csv("result/cells.csv")
    assert "Zelle_\\udce4.png" in set(cells["file"])
    assert {"ape", "class NA"} < set(cells["predicted"])


def test_an_unsorted_folder_is_not_said_to_be_a_level_off(bloodshot, folders):
    status, _, wrong = bloodshot("check", "cells")
    assert status == 2 and "too low" not in wrong
    assert "Make those folders in cells" in wrong and "(If cells is one class of several" in wrong


def test_patients_folders_are_subjects(bloodshot, folders):
    for path in [*(folders / "labelled").glob("*/*"), *(folders / "cells").iterdir()]:
        patient = path.with_name(path.name[:2] if "P" in path.name else f"N{path.stem[-1]}")
        patient.mkdir(exist_ok=True)
        path.rename(patient / path.name)
    status, said, _ = bloodshot("check", "labelled", "--json")
    assert status == 0 and [each["subjects"] for each in json.loads(said)["classes"]] == [2] * 3
    status, said, _ = bloodshot(*CLASSIFY)
    assert status == 0 and "another folder labelled/CLASS/SUBJECT," in said
    assert set(pd.read_csv("result/cells.csv")["subject"]) == {"N0", "N1", "N2"}
    page = (folders / "result/report.html").read_text()
    assert "<code>labelled/CLASS/SUBJECT</code>" in page and "where names repeat" not in page
    assert ">N0/ape_0.png</span>" in page, "the name alone may be another patient's too"


def test_a_slide_exported_anew_under_the_old_names_is_looked_at_anew(bloodshot, folders):
    """Bitmaps have one size, and some programs give them one time."""
    results = []
    for number, colour in enumerate(["ape", "bee"]):
        shutil.rmtree("cells")
        for cell in range(3):
            disc(folders / f"cells/{cell}.bmp", COLOURS[colour], np.random.default_rng(cell))
            os.utime(f"cells/{cell}.bmp", (315532800,) * 2)
        assert bloodshot(*CLASSIFY[:3], "-o", f"result{number}")[0] == 0
        results.append(pd.read_csv(f"result{number}/cells.csv")["predicted"].tolist())
    assert results[0] != results[1] and results[1] == ["bee"] * 3


def test_unreadable_files_stop_it_or_are_listed(bloodshot, folders):
    (folders / "cells/broken.png").write_bytes(b"no image")
    Image.new("L", (40, 40)).save("cells/grey.png")
    status, _, wrong = bloodshot(*CLASSIFY)
    assert status == 2 and "broken.png" in wrong and "--skip-unreadable" in wrong
    status, *_ = bloodshot(*CLASSIFY, "--skip-unreadable")
    page = (folders / "result/report.html").read_text()
    assert status == 0 and "Left out: 2 files" in page and "broken.png" in page and "grey" in page
    assert (folders / "result/cells.csv").read_text().count("\n") == 10
    shutil.rmtree("cells")
    (folders / "cells").mkdir()
    (folders / "cells/broken.png").write_bytes(b"no image")
    assert bloodshot("classify", "labelled", "cells", "-o", "none", "--skip-unreadable")[0] == 2


@pytest.mark.parametrize("output, words", [("result", "exists"), ("cells/a.png", "exists")])
def test_nothing_is_overwritten(bloodshot, folders, output, words):
    (folders / "result").mkdir()
    (folders / "result/mine.txt").write_text("precious")
    disc(folders / "cells/a.png", COLOURS["ape"], np.random.default_rng(3))
    for verb in (("suggest", "cells", "-n", 2), ("classify", "labelled", "cells")):
        status, _, wrong = bloodshot(*verb, "-o", output)
        assert status == 2 and words in wrong
    assert (folders / "result/mine.txt").read_text() == "precious"


@pytest.mark.parametrize("verb", [("suggest", "cells", "-n", 2, "-o", "result"), CLASSIFY])
def test_of_two_runs_into_one_folder_the_later_says_so(bloodshot, folders, monkeypatch, verb):
    def page(*_):  # written last before the folder is
        (folders / "result").mkdir()
        (folders / "result/theirs").touch()
        return ""

    monkeypatch.setattr("bloodshot_lib.own_cells.verbs.report_page", page)
    monkeypatch.setattr("bloodshot_lib.own_cells.verbs.sheet_page", page)
    status, said, wrong = bloodshot(*verb)
    assert status == 2 and said == "" and "Another run has made result meanwhile" in wrong
    assert os.listdir("result") == ["theirs"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
def test_a_stop_or_a_full_disk_leaves_nothing_that_is_taken_for_whole(
    bloodshot, folders, monkeypatch, stop
):
    before = _left(folders)
    with monkeypatch.context() as patch:

        def fail(*_, **__):
            raise stop

        patch.setattr("pathlib.Path.write_text", fail)
        status, _, wrong = bloodshot(*CLASSIFY)
    assert status in (2, 130) and ("left. Make room on" in wrong or "goes on from here" in wrong)
    assert _left(folders) == before
    assert bloodshot(*CLASSIFY)[0] == 0


KILLED = """
import os, pathlib, signal
pathlib.Path.write_text = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
"""
FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
"""


@pytest.mark.parametrize("mishap, status, words", [(KILLED, -9, ""), (FULL, 2, "File too large")])
def test_a_process_killed_or_without_room_is_made_good_by_the_next(
    bloodshot, folders, weights, mishap, status, words
):
    before = _left(folders)
    run = "from bloodshot_lib.own_cells.command_line import main\nraise SystemExit(main())"
    command = [sys.executable, "-c", mishap + run, *CLASSIFY, "--weights", weights, "-q"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == status and words in ran.stderr and "Traceback" not in ran.stderr
    assert not (folders / "result").exists()
    assert bloodshot(*CLASSIFY)[0] == 0
    assert _left(folders) == sorted([*before, "result"])


def test_a_reader_who_has_left_does_not_matter(folders, weights):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bloodshot_lib", *CLASSIFY, "--weights", weights, "-q"]
    ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert ran.returncode == 0 and not ran.stderr
    assert (folders / "result" / "report.html").exists()


def test_more_cells_than_there_are_cannot_be_suggested(bloodshot, folders):
    for n, words in (
        (10, "-n must be at most 9, the number of cells without a label"),
        (0, "whole number of at least 1"),
    ):
        status, _, wrong = bloodshot("suggest", "cells", "-n", n, "-o", "to_label")
        assert status == 2 and words in wrong and not (folders / "to_label").exists()


def test_weights_of_another_kind_are_refused(folders, capsys):
    (folders / "other.pth").write_bytes(b"pickle")
    for weights, words in (("other.pth", "not a whole safe"), ("nothing", "no weights file")):
        status = main(["check", "labelled", "--weights", weights])
        wrong = capsys.readouterr().err
        assert status == 2 and words in wrong and "Traceback" not in wrong
