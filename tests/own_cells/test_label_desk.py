"""The desk without a browser: what its buttons and keys send is sent from Python."""

import base64
import io
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import load_images, read_image_folder
from bloodshot_lib.own_cells.label_desk import LabelDesk
from bloodshot_lib.own_cells.special_labels import NOT_A_CELL
from tests.own_cells.conftest import COLOURS, disc
from tests.own_cells.test_verbs import ODD

CLASSES = list(COLOURS)


@pytest.fixture
def new_desk(folders):
    """Makes desks over the folder `cells`, its nine discs asked for in order."""

    def make(classes=CLASSES, file="labels.csv", table=None, ask=range(9), **options):
        table = read_image_folder("cells", labelled=False) if table is None else table
        desk = LabelDesk(table, load_images(table, 16), classes, file, **options)
        desk.ask(ask)
        return desk

    return make


def shown(desk):
    """The widget that draws the desk, above the output of others."""
    return desk.widget.children[0]


def send(desk, **message):
    """What the desk's script sends: see page/doors/desk.js."""
    shown(desk)._handle_custom_msg(message, [])


def click(desk, words):
    send(desk, **({"undo": True} if words == "undo" else {"answer": words}))


def said(desk):
    now = shown(desk)
    return f"{now.done} of {now.asked} {now.name}", now.fault


def given(desk):
    return desk.labels["label"].tolist()


def test_every_click_is_saved_and_found_again(new_desk, folders):
    desk = new_desk()
    for n, name in enumerate(("ape", "bee", NOT_A_CELL, "", "cat"), 1):
        click(desk, name)
        saved = pd.read_csv("labels.csv", keep_default_na=False)
        assert saved["file"].tolist() == desk.labels["file"].tolist() and len(saved) == n
        assert said(desk)[0].startswith(f"{n} of 9 ")
    assert given(desk) == ["ape", "bee", NOT_A_CELL, "", "cat"]
    second = new_desk()
    pd.testing.assert_frame_equal(second.labels, desk.labels)
    assert second.current == 5 and said(second)[0].startswith("5 of 9 ")
    second.ask([8, 2, 8, 7])
    assert second.current == 8 and said(second)[0].startswith("1 of 3 ")
    assert {path.name for path in folders.iterdir()} == {"cells", "labelled", "labels.csv"}


def test_the_cell_asked_for_is_shown_and_the_last_is_followed_by_none(new_desk):
    desk = new_desk(ask=[4, 0])
    first = shown(desk).picture
    whole = Image.open(io.BytesIO(base64.b64decode(first.removeprefix("data:image/png;base64,"))))
    assert (
        np.asarray(whole) == load_images(read_image_folder("cells", labelled=False), 16)[4]
    ).all()
    assert "bee_1.png" in said(desk)[0]
    click(desk, "bee")
    assert shown(desk).picture not in ("", first) and "ape_0.png" in said(desk)[0]
    click(desk, "ape")
    assert desk.current is None and shown(desk).picture == ""
    click(desk, "ape")
    assert "`ask` for more" in said(desk)[1] and len(desk.labels) == 2
    click(desk, "undo")
    assert desk.current == 0 and shown(desk).picture != "" and said(desk)[1] == ""


def test_undo_takes_back_the_last_label_of_an_earlier_session_too(new_desk):
    desk = new_desk()
    click(desk, "ape"), click(desk, "")
    desk = new_desk(ask=[5])
    click(desk, "undo")
    assert desk.current == 1 and given(desk) == given(new_desk()) == ["ape"]
    click(desk, "undo"), click(desk, "undo")
    assert "No label is left" in said(desk)[1]
    for name in CLASSES:
        click(desk, name)
    assert desk.labels["row"].tolist() == [0, 1, 5] and said(desk)[0].startswith("3 of 3 ")


def test_a_class_is_added_and_found_again(new_desk):
    desk = new_desk(classes=["ape"])
    send(desk, add=" Größe ")
    assert desk.classes == shown(desk).classes == ["ape", "Größe"]
    click(desk, "Größe")
    assert given(desk) == ["Größe"] and new_desk(classes=["ape"]).classes == ["ape", "Größe"]
    for name, words in (
        ("a/b", "folder"), ("a\\b", "folder"), (".a", "folder"), ("a\nb", "folder"),
        (" ", "folder"), ("x" * 300, "folder"), ("APE", "'ape' already"),
        ("not a  single cell", "already"),
    ):  # fmt: skip
        send(desk, add=name)
        assert words in said(desk)[1] and len(desk.classes) == 2, name
    click(desk, "ape")
    assert said(desk)[1] == "", "what went wrong is gone"


def test_names_are_shown_as_they_are(new_desk, folders):
    rng, bad = np.random.default_rng(1), "no \udcff.png"  # bytes that are no UTF-8
    for name in (*ODD, bad, "line\nbreak.png"):
        disc(folders / "cells" / name, COLOURS["ape"], rng)
    desk = new_desk(classes=["<b>cat & 'dog'", "$x$"], ask=range(17))
    for row in range(17):
        said(desk)[0].encode()
        click(desk, "<b>cat & 'dog'" if row % 2 else "$x$")
    assert new_desk(classes=["$x$"]).labels.equals(desk.labels)
    desk.export("out")
    made = {path.name for path in (folders / "out").glob("*/*")}
    assert {"größe & maß.png", "no _udcff.png", "line_break.png"} <= made and len(made) == 17


def test_files_of_one_name_in_two_folders_are_told_apart(new_desk, folders):
    shutil.copy("labelled/ape/P0_ape0.png", "labelled/bee/P1_ape0.png")
    shutil.copy("labelled/ape/P1_ape1.png", "labelled/bee/P0_ape0.png")
    table = read_image_folder("labelled")
    desk = new_desk(table=table, ask=range(len(table)))
    while desk.current is not None:
        desk.answer("cat")
    assert "ape/P0_ape0.png" in (folders / "labels.csv").read_text()
    desk.export("out")
    assert len([*(folders / "out/cat").iterdir()]) == len(table) == 14
    assert len(new_desk(table=table).labels) == 14


@pytest.mark.parametrize("content, words", [
    (b"file,label\nape_0.png,ape\nape_9.png,ape\n", "1 of its 2 are not in it, first 'ape_9.png'"),
    (b"file,label\nape_0.png,ape\nape_0.png,bee\n", "lists 'ape_0.png' twice"),
    (b"file,label,content\nape_0.png,ape," + b"0" * 32, "1 of its 1 are not in it"),
    (b"file,note\nape_0.png,ape\n", "no such list"),
    (b'file,label\n"ape_0.png,ape\n', "CSV again"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "no such list"),
    (b"file,label\nape_0.png,a/b\n", "must also do for a folder"),
])  # fmt: skip
def test_a_damaged_list_is_refused_and_left_as_it_is(new_desk, folders, content, words):
    (folders / "labels.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"another (file|name)") as caught:
        new_desk()
    assert words in str(caught.value)
    assert (folders / "labels.csv").read_bytes() == content


def test_two_desks_of_one_file_do_not_write_over_each_other(new_desk):
    old, new = new_desk(), new_desk()
    click(new, "ape")
    click(old, "bee")
    assert "changed by another desk" in said(old)[1] and len(old.labels) == 0
    assert given(new_desk()) == ["ape"]


def test_a_label_that_cannot_be_saved_is_not_taken_for_given(new_desk, monkeypatch):
    desk = new_desk()
    click(desk, "ape")
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        click(desk, "bee")
    assert "No space left" in said(desk)[1] and desk.current == 1 and given(desk) == ["ape"]
    click(desk, "bee")
    assert said(desk)[1] == "" and given(new_desk()) == ["ape", "bee"]


def test_clicks_and_keys_in_several_threads_are_done_one_by_one(new_desk, monkeypatch):
    desk = new_desk()
    write = desk._file.write
    monkeypatch.setattr(desk._file, "write", lambda labels: (time.sleep(0.01), write(labels)))
    with ThreadPoolExecutor(4) as threads:
        for name in ("ape", "bee", "", NOT_A_CELL, "cat"):
            threads.submit(click, desk, name)
    assert sorted(given(desk)) == ["", "ape", "bee", "cat", NOT_A_CELL] and said(desk)[1] == ""
    assert desk.current == 5 and given(desk) == given(new_desk())


def test_on_label_is_called_after_every_few_labels_and_the_last(new_desk, capsys):
    seen = []
    desk = new_desk(on_label=lambda desk: seen.append(len(desk.labels)), every=2)
    for name in ("ape", "", "ape", NOT_A_CELL, "ape", "ape", "ape", "ape", "ape"):
        click(desk, name)
    assert seen == [3, 6, 8, 9]
    desk.ask(range(9))
    assert len(seen) == 4


def test_on_label_may_ask_for_more_and_its_failure_shows(new_desk, capsys):
    def more(desk):
        if desk.current is not None:
            raise KeyError("<i>planted")
        desk.ask([5, 6, 7])

    desk = new_desk(ask=[0, 1], on_label=more, every=3)
    click(desk, "ape"), click(desk, "bee")
    assert desk.current == 5 and said(desk)[0].startswith("0 of 3 ")
    click(desk, "cat")
    assert "<i>planted" in said(desk)[1] and "the labels are kept" in said(desk)[1]
    assert given(desk) == given(new_desk()) == ["ape", "bee", "cat"] and desk.current == 6
    desk.ask(range(9))
    with pytest.raises(RuntimeError, match="labels are kept"):
        [desk.answer("cat") for _ in range(3)]


def test_export_gives_what_the_command_classifies_by(new_desk, bloodshot, folders):
    table = pd.concat([read_image_folder("labelled"), read_image_folder("cells", labelled=False)])
    table = table.reset_index(drop=True)
    desk = new_desk(table=table, ask=range(14))
    for label in [*table["label"][:12], NOT_A_CELL, ""]:
        desk.answer(label)
    desk.export("exported")
    listed = [
        sorted(str(path.relative_to(root)) for path in root.rglob("*.png"))
        for root in (folders / "labelled", folders / "exported")
    ]
    assert [*listed[0], "not_a_cell/ape_0.png"] == listed[1]
    shutil.rmtree("exported/not_a_cell")
    lists = []
    for labelled in ("labelled", "exported"):
        assert bloodshot("classify", labelled, "cells", "-o", f"by_{labelled}")[0] == 0
        lists.append((folders / f"by_{labelled}/cells.csv").read_bytes())
    assert lists[0] == lists[1]


def test_an_export_is_whole_or_absent_and_overwrites_nothing(new_desk, folders):
    desk = new_desk()
    with pytest.raises(ValueError, match="No cell has a class"):
        desk.export("out")
    click(desk, "ape"), click(desk, "bee")
    (folders / "cells/ape_1.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"ape_1\.png"):
        desk.export("out")
    assert not (folders / "out").exists()
    with pytest.raises(ValueError, match="exists: name a new folder"):
        desk.export("labelled")
    assert [*folders.glob(".*.partial")] == []


def test_a_label_goes_with_the_content_of_a_file(new_desk, folders):
    desk = new_desk()
    click(desk, "ape"), click(desk, NOT_A_CELL)
    lines = pd.read_csv("labels.csv")
    assert lines.columns.tolist() == ["file", "label", "content"]
    shutil.move("cells/ape_0.png", "cells/zoo.png")
    moved = new_desk(ask=())
    assert moved.labels.set_index("file")["label"].to_dict() == {
        "zoo.png": "ape",
        "ape_1.png": NOT_A_CELL,
    }
    disc(folders / "cells" / "zoo.png", COLOURS["cat"], np.random.default_rng(9))
    with pytest.raises(ValueError, match=r"1 of its 2 are not in it, first 'ape_0\.png'"):
        new_desk()


def test_an_old_list_is_read_by_names_with_a_note_and_written_with_contents(new_desk, folders):
    old = "\ufefffile;label\r\nape_0.png;not a single cell\r\nape_1.png;bee \r\n\r\n"
    (folders / "labels.csv").write_text(old, encoding="utf-8")
    with pytest.warns(UserWarning, match="an old list, which knows cells by their names"):
        desk = new_desk()
    assert given(desk) == [NOT_A_CELL, "bee"] and desk.current == 2
    click(desk, "cat")
    assert given(new_desk()) == [NOT_A_CELL, "bee", "cat"]
    assert pd.read_csv("labels.csv")["content"].notna().all()


@pytest.mark.parametrize("alike", ["APE", "a\u200cpe"])
def test_classes_of_a_list_that_look_like_one_of_the_desk_are_refused(new_desk, folders, alike):
    (folders / "labels.csv").write_text(f"file,label\nape_0.png,{alike}\n", encoding="utf-8")
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="'ape' already"):
        new_desk()


@pytest.mark.parametrize("change, words", [
    (dict(classes="ape"), "`classes`"),
    (dict(classes=["ape", "Ape"]), "'ape' already"),
    (dict(classes=[NOT_A_CELL]), "already"),
    (dict(classes=[1]), "name of a class"),
    (dict(every=0), "`every`"),
    (dict(ask=[9]), "`rows`"),
    (dict(ask=[True]), "`rows`"),
    (dict(file=""), "`file`"),
    (dict(file="cells"), "is a folder"),
    (dict(table=pd.DataFrame({"label": []})), "path"),
])  # fmt: skip
def test_arguments_that_do_not_belong_together(new_desk, change, words):
    with pytest.raises(ValueError) as caught:
        new_desk(**change)
    assert words in str(caught.value)


def test_images_belong_to_the_table_and_the_list_to_a_folder(new_desk, folders):
    table = read_image_folder("cells", labelled=False)
    images = load_images(table, 16)
    with pytest.raises(ValueError, match="8 for 9"):
        LabelDesk(table, images[:8], CLASSES)
    with pytest.raises(ValueError, match=r"must be in `table` once, but .* is there twice"):
        LabelDesk(table.iloc[[0, 0]], images[:2], CLASSES)
    with pytest.raises(FileNotFoundError, match="no folder"):
        new_desk(file="nowhere/labels.csv")


@pytest.mark.parametrize("package", ["anywidget", "ipywidgets"])
def test_without_its_packages_it_says_what_to_install(new_desk, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "bloodshot_lib.own_cells.desk_view", raising=False)
    with pytest.raises(ImportError, match=r'pip install "bloodshot\[book\]"'):
        new_desk()
