"""What goes wrong on a person's disk gets a clear message, and leaves nothing half done."""

import errno
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from bloodshot_lib.own_cells.command_line import main
from tests.own_cells.conftest import COLOURS, disc

CLASSIFY = "classify", "labelled", "cells", "-o", "result"


def _left(folders):
    return sorted(path.name for path in folders.iterdir() if path.name != "kept")


def _one_class(folders):
    shutil.rmtree("labelled/bee"), shutil.rmtree("labelled/cat")


def _none_new(folders):
    shutil.rmtree("cells"), (folders / "cells").mkdir()


def _below(folders):
    shutil.move("cells", "deeper"), shutil.move("deeper", "cells/deeper")


def _undecided(folders):
    disc(folders / "labelled" / "left.png", COLOURS["ape"], np.random.default_rng(3))


def _two_classes_for_one(folders):
    shutil.copy("labelled/ape/P0_ape0.png", "labelled/bee/same.png")
    shutil.copy("labelled/ape/P0_ape0.png", "cells/same.png")


@pytest.mark.parametrize(
    "spoil, words",
    [
        (_one_class, "at least two classes"),
        (_none_new, "holds no"),
        (_below, "sub-folders"),
        (_undecided, "move them into a class folder"),
        (_two_classes_for_one, "labelled ape and bee"),
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


def test_other_sizes_and_stains_are_said_first(bloodshot, folders):
    rng = np.random.default_rng(2)
    shutil.rmtree("cells")
    for number in range(5):
        disc(folders / f"cells/{number}.png", (20, 20, 20), rng, size=90)
    status, said, _ = bloodshot(*CLASSIFY)
    page = (folders / "result/report.html").read_text()
    assert status == 0 and said.count("Look at this first") == 2
    assert "40 px wide and the new ones 90 px" in page and "differ in colour" in page


@pytest.mark.parametrize("output, words", [("result", "exists"), ("cells/a.png", "exists")])
def test_nothing_is_overwritten(bloodshot, folders, output, words):
    (folders / "result").mkdir()
    (folders / "result/mine.txt").write_text("precious")
    disc(folders / "cells/a.png", COLOURS["ape"], np.random.default_rng(3))
    for verb in (("suggest", "cells", "-n", 2), ("classify", "labelled", "cells")):
        status, _, wrong = bloodshot(*verb, "-o", output)
        assert status == 2 and words in wrong
    assert (folders / "result/mine.txt").read_text() == "precious"


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
    assert status in (2, 130) and ("No space left" in wrong or "it goes on from here" in wrong)
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


@pytest.mark.parametrize(
    "mishap, status, words", [(KILLED, -9, ""), (FULL, 2, "File too large")]
)
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
    for n, words in ((10, "holds 9"), (0, "whole number, at least 1")):
        status, _, wrong = bloodshot("suggest", "cells", "-n", n, "-o", "to_label")
        assert status == 2 and words in wrong and not (folders / "to_label").exists()


def test_weights_of_another_kind_are_refused(folders, capsys):
    (folders / "other.pth").write_bytes(b"pickle")
    for weights, words in (("other.pth", "not a whole safe"), ("nothing", "no weights file")):
        status = main(["check", "labelled", "--weights", weights])
        wrong = capsys.readouterr().err
        assert status == 2 and words in wrong and "Traceback" not in wrong
