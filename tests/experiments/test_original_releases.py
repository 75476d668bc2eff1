"""From original releases, drawn in their layouts and as far as they are at hand, to crops."""

import hashlib
import json
import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bloodshot_lib import load_profile
from bloodshot_lib.study.results import _facts_of_laboratory
from experiments.original_releases import __main__ as command
from experiments.original_releases import bangkok, barcelona, bccd, bcisc
from experiments.original_releases.release import read_manifest, square, verified
from tests.conftest import PROJECT

XML = (
    "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax>"
    "<ymax>{}</ymax></bndbox></object>"
)


def drawn(path, width, height, seed=0):
    """An image of smooth noise, written to a path whose folder is made."""
    coarse = np.random.default_rng(seed).integers(90, 250, (6, 8, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path)


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def manifest_of(release):
    """The manifest that fits what is in a folder."""
    rows = []
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        content = path.read_bytes()
        facts = hashlib.sha256(content).hexdigest(), str(len(content))
        rows.append((path.relative_to(release).as_posix(), *facts))
    return pd.DataFrame(rows, columns=["path", "sha256", "bytes"])


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def test_a_file_that_is_missing_cut_short_or_other_is_named(tmp_path):
    for number in range(5):
        written(tmp_path / f"part/{number}.jpg", f"pixels {number}")
    written(tmp_path / "other/5.jpg", "not read")
    manifest = manifest_of(tmp_path)
    written(tmp_path / "part/extra.jpg", "no difference")
    (tmp_path / "other/5.jpg").unlink()
    assert verified(tmp_path, manifest, "part/") == [f"part/{number}.jpg" for number in range(5)]
    (tmp_path / "part/0.jpg").unlink()
    written(tmp_path / "part/1.jpg", "pixels 1 and more")
    written(tmp_path / "part/2.jpg", "pixels 7")
    written(tmp_path / "part/3.jpg", "")
    words = (
        r"4 of the 5 files .* first part/0.jpg \(missing\), part/1.jpg \(17 bytes, not 8\),"
        r" part/2.jpg \(other content\)\. Pass the folder that holds part/, or download"
    )
    with pytest.raises(ValueError, match=words):
        verified(tmp_path, manifest, "part/")


@pytest.mark.parametrize("released, there", [("a\nb\n", "a\r\nb\r\n"), ("a\r\n", "a\r\n")])
def test_line_ends_of_windows_are_no_difference_in_text_alone(tmp_path, released, there):
    for name in ("1.txt", "1.jpg"):
        written(tmp_path / name, released)
    manifest = manifest_of(tmp_path)
    for name in ("1.txt", "1.jpg"):
        written(tmp_path / name, there)
    assert verified(tmp_path, manifest, "1.txt") == ["1.txt"]
    if released != there:
        with pytest.raises(ValueError, match=r"1.jpg \(6 bytes, not 4\)"):
            verified(tmp_path, manifest, "1.jpg")


def test_manifests_hold_what_is_known_of_the_releases():
    counts = {name: len(read_manifest(name)) for name in command.ON_GITHUB}
    assert counts == {"bangkok": 1000, "bccd": 732, "bcisc": 985}
    cells = read_manifest("bccd_cells")
    assert (len(cells), sum(cells["strict"] == "0")) == (351, 46)
    assert cells["label"].value_counts()["monocyte"] == 20


@given(st.floats(0, 40), st.floats(0, 30))
def test_a_square_lies_in_the_field_and_holds_its_point(x, y):
    """Each pixel says its column and row."""
    places = np.stack([*np.meshgrid(range(40), range(30)), np.zeros((30, 40), int)], axis=2)
    crop = np.asarray(square(Image.fromarray(places.astype(np.uint8)), x, y, 10))
    assert crop.shape == (10, 10, 3)
    left, top = crop[0, 0, :2].astype(int)
    assert crop[-1, -1].tolist() == [left + 9, top + 9, 0], "inside, not filled up"
    assert left <= x <= left + 10 and top <= y <= top + 10
    if 5 <= x <= 35:
        assert left == int(x - 5), "half pixels go to the left"


@pytest.fixture
def bangkok_release(tmp_path):
    """Two fields of one cell and of three, one called HF-, a label and an image without each
    other."""
    labels = {
        "train": {"B-30_0047": "2 0.5 0.5 0.1 0.1\n", "M-8_0121": "4 0.5 0.5 0.1 0.1\n"},
        "valid": {
            "HF-M-8_0037": "4 0.209722 0.367778 0.0875 0.135556\r\n",
            "E-11_0631": "1 0.744444 0.563333 0.088889 0.146667\n"
            "3 0.2 0.3 0.001389 0.005556\n0 0.995 0.454444 0.083333 0.142222\n",
        },
    }
    for part, texts in labels.items():
        for name, text in texts.items():
            written(tmp_path / f"release/WBC_Samples/{part}/labels/{name}.txt", text)
            images = tmp_path / f"release/WBC_Samples/{part}/images"
            name = name.replace("0121", "0120")
            drawn(images / f"{name}.jpg", 1440, 900)
    return tmp_path / "release"


def test_bangkoks_boxes_become_squares_of_their_classes(bangkok_release, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    index = bangkok.cut(bangkok_release, out, manifest_of(bangkok_release))
    assert index.to_csv(index=False).splitlines() == [
        "file,label,slide,field,x,y,w,h",
        "basophil/B-30__B-30_0047_0.webp,basophil,B-30,B-30_0047,720.0,450.0,144.0,90.0",
        "eosinophil/E-11__E-11_0631_0.webp,eosinophil,E-11,E-11_0631,1072.0,507.0,128.0,132.0",
        "neutrophil/E-11__E-11_0631_2.webp,neutrophil,E-11,E-11_0631,1432.8,409.0,120.0,128.0",
        "monocyte/M-8__HF-M-8_0037_0.webp,monocyte,M-8,HF-M-8_0037,302.0,331.0,126.0,122.0",
    ]
    field = pixels(bangkok_release / "WBC_Samples/valid/images/E-11_0631.jpg")
    last = pixels(out / index["file"][2])
    assert np.abs(last - field[281:537, 1184:]).mean() < 2, "moved inside the field"


def test_what_fails_leaves_no_folder(bangkok_release, tmp_path, monkeypatch, capsys):
    manifest = manifest_of(bangkok_release)
    monkeypatch.setattr(command, "read_manifest", lambda name: manifest)
    command.main(["bangkok", str(bangkok_release), str(tmp_path / "cells")])
    printed = capsys.readouterr().out
    assert printed.startswith("4 crops in ")
    assert printed.endswith("cells: basophil 1, eosinophil 1, monocyte 1, neutrophil 1.\n")
    for release, out, words in (
        ("release", "cells", "cells exists: name a new folder"),
        ("releas", "b", "releas: it must hold the unpacked release"),
        (".", "b", "Pass the folder that holds WBC_Samples/"),
    ):
        with pytest.raises(SystemExit) as stopped:
            command.main(["bangkok", str(tmp_path / release), str(tmp_path / out)])
        assert stopped.value.code == 1 and words in capsys.readouterr().err
    assert len(pd.read_csv(tmp_path / "cells/index.csv")) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cells", "release"]


def test_bccds_white_cells_are_those_of_the_list(tmp_path):
    boxes = [("RBC", 5, 5, 60, 60), ("WBC", 2, 200, 101, 301), ("WBC", 401, 100, 500, 201)]
    xml = "".join(XML.format(*box) for box in boxes)
    written(tmp_path / "release/BCCD/Annotations/B_1.xml", f"<annotation>{xml}</annotation>")
    drawn(tmp_path / "release/BCCD/JPEGImages/B_1.jpg", 640, 480)
    (tmp_path / "out").mkdir()
    rows = [
        ["monocyte/B_1_1.jpg", "monocyte", "7", "0"],
        ["eosinophil/B_1_0.jpg", "eosinophil", "8", "1"],
    ]
    cells = pd.DataFrame(rows, columns=["file", "label", "same_cell_group", "strict"])
    manifest = manifest_of(tmp_path / "release")
    index = bccd.cut(tmp_path / "release", tmp_path / "out", manifest, cells)
    assert index.to_csv(index=False).splitlines() == [
        "file,label,field,xmin,ymin,xmax,ymax,same_cell_group,touches_border,strict",
        "monocyte/B_1_1.jpg,monocyte,B_1,401,100,500,201,7,0,0",
        "eosinophil/B_1_0.jpg,eosinophil,B_1,2,200,101,301,8,1,1",
    ]
    field = pixels(tmp_path / "release/BCCD/JPEGImages/B_1.jpg")
    for file, top, left in (("monocyte/B_1_1.jpg", 0, 300), ("eosinophil/B_1_0.jpg", 100, 0)):
        crop = field[top : top + 300, left : left + 300]
        assert np.abs(pixels(tmp_path / "out" / file) - crop).mean() < 1


MASKS = {
    "1-1_0": ([(100, 90, 150, 160)], "100 90 150 160"),
    "1-2_0": ([(100, 90, 150, 160), (200, 0, 256, 60)], "100 90 150 160"),
    "12-3_1": ([(10, 20, 30, 40), (200, 100, 256, 160)], "10 20 256 160"),
}


@pytest.mark.parametrize("colour", [1, 255])
def test_bciscs_crops_are_copied_and_the_box_is_of_the_part_at_the_centre(tmp_path, colour):
    for name, (parts, _) in MASKS.items():
        drawn(tmp_path / f"release/sub-images/images/mono_{name}.jpg", 256, 256)
        mask = np.zeros((256, 256), np.uint8)
        for left, top, right, bottom in parts:
            mask[top:bottom, left:right] = colour
        path = tmp_path / f"release/sub-images/masks/mono_{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(mask).save(path)
    (tmp_path / "out").mkdir()
    index = bcisc.cut(tmp_path / "release", tmp_path / "out", manifest_of(tmp_path / "release"))
    assert index["box"].tolist() == [box for _, box in MASKS.values()]
    assert index["group"].tolist() == ["1", "1", "12"] and set(index["label"]) == {"monocyte"}
    for file in index["file"]:
        published = tmp_path / "release/sub-images/images" / file.removeprefix("monocyte/")
        assert (tmp_path / "out" / file).read_bytes() == published.read_bytes()


@pytest.mark.parametrize("size, suffix", [(128, "jpg"), (192, "webp")])
def test_barcelonas_centres_are_resized_and_counted(tmp_path, size, suffix):
    for label in ("ig", "platelet"):
        for number in range(2):
            drawn(tmp_path / f"release/{label}/{label}_{number}.jpg", 360, 363, number)
    written(tmp_path / "release/ig/.DS_1.jpg", "hidden, and not counted")
    (tmp_path / "out").mkdir()
    counts = {"ig": 2, "platelet": 2}
    index = barcelona.cut(tmp_path / "release", tmp_path / "out", size, counts)
    assert index["file"].tolist()[1:3] == [f"ig/ig_1.{suffix}", f"platelet/platelet_0.{suffix}"]
    with Image.open(tmp_path / "release/ig/ig_1.jpg") as image:
        middle = image.crop((52, 53, 308, 309)).resize((size, size), Image.Resampling.BICUBIC)
    assert np.abs(pixels(tmp_path / "out" / index["file"][1]) - np.asarray(middle)).mean() < 2
    words = r"\(platelet: 2 of 3\)\. Pass the folder that holds ig, platelet, unpacked"
    with pytest.raises(ValueError, match=words):
        barcelona.cut(tmp_path / "release", tmp_path / "out", size, {"ig": 2, "platelet": 3})


# what follows needs the real cells: fields, crops and native files. Bangkok's label files are
# written anew from the list of crops; the release's SHA-256 tells that they are its own

SLIP = {"L-8_0730": ["3 0.247917 0.763889 0.001389 0.005556"]}  # in no list: a box of 2 x 5 px


def label_files(listed):
    """Each field's label file, as one of two programs wrote it, where its SHA-256 is right."""
    facts = read_manifest("bangkok").set_index("path")["sha256"]
    places = listed[["x", "y", "w", "h"]] / [1440, 900, 1440, 900]
    kinds = listed["label"].map(bangkok.CLASSES.index)
    parts = {Path(path).stem: path for path in facts.index if path.endswith("txt")}
    for field, rows in places.groupby(listed["field"]):
        for form, end in ((".6f", "\n"), (".6g", "\r\n")):
            lines = [
                f"{kinds[i]} " + " ".join(format(share, form) for share in row)
                for i, row in zip(rows.index, rows.to_numpy(), strict=True)
            ]
            text = end.join([*lines, *SLIP.get(field, []), ""])
            if hashlib.sha256(text.encode()).hexdigest() == facts[parts[field]]:
                yield field, parts[field], text


def test_every_label_of_bangkok_gives_its_rows_of_the_list(shared, tmp_path):
    listed = pd.read_csv(shared / "bangkok/index.csv")
    found = list(label_files(listed))
    assert [field for field, *_ in found] == sorted(set(listed["field"])), "all are genuine"
    for field, _, text in found:
        written(tmp_path / "one.txt", text)
        own = listed[listed["field"] == field]
        boxes = pd.DataFrame(bangkok.boxes(tmp_path / "one.txt", 1440, 900)).round(1)
        assert boxes[: len(own)].to_numpy().tolist() == own[["label", *"xywh"]].to_numpy().tolist()
        assert len(boxes) == len(own) + len(SLIP.get(field, []))


def test_the_fields_of_bangkok_give_the_crops(shared, tmp_path):
    """As far as encodings allow, which differ: a pixel to any side, crops fit worse."""
    listed = pd.read_csv(shared / "bangkok/index.csv")
    here = sorted(path.stem for path in (shared / "bangkok_fields").glob("*.webp"))[::3]
    listed = listed[listed["field"].isin(here)]
    for field, path, text in label_files(listed):
        written(tmp_path / "release" / path, text)
        image = tmp_path / "release" / path.replace("labels", "images").replace("txt", "jpg")
        image.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared / f"bangkok_fields/{field}.webp", image)
    (tmp_path / "out").mkdir()
    index = bangkok.cut(tmp_path / "release", tmp_path / "out", manifest_of(tmp_path / "release"))
    assert index.to_csv(index=False) == listed.to_csv(index=False)
    far = []
    for file in index["file"]:
        ours, cut = pixels(shared / "bangkok" / file), pixels(tmp_path / "out" / file)
        moved = [np.roll(cut, steps, axis=(0, 1)) for steps in product((0, 1, -1), repeat=2)]
        here, *beside = (np.abs(each - ours)[2:-2, 2:-2].mean() for each in moved)
        assert here < min(beside), file
        far.append(here)
    assert np.mean(far) < 3


def test_bccds_fields_are_the_releases_and_give_the_very_crops(shared, tmp_path, monkeypatch):
    boxes = pd.read_csv(shared / "bccd_fields/boxes.csv")
    folder = tmp_path / "release/BCCD"
    for field, own in boxes.groupby("field"):
        rows = own[["kind", "xmin", "ymin", "xmax", "ymax"]].itertuples(index=False)
        xml = "".join(XML.format(*row) for row in rows)
        name = field.removesuffix(".jpg")
        written(folder / f"Annotations/{name}.xml", f"<annotation>{xml}</annotation>")
        (folder / "JPEGImages").mkdir(exist_ok=True)
        shutil.copyfile(shared / "bccd_fields" / field, folder / "JPEGImages" / field)
    real, ours = read_manifest("bccd"), manifest_of(tmp_path / "release")
    images = real[real["path"].str.startswith("BCCD/JPEGImages")]
    assert images.reset_index(drop=True).equals(
        ours[ours["path"].isin(images["path"])].reset_index(drop=True)
    )
    monkeypatch.setattr(command, "read_manifest", lambda name: ours)
    command.make("bccd", tmp_path / "release", tmp_path / "bccd")
    index = (tmp_path / "bccd/index.csv").read_text()
    assert index == (shared / "bccd/index.csv").read_text()
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    for name in ("bccd", "bccd_strict"):
        profile = replace(load_profile(name), embedder="bloodshot-3")  # at hand everywhere
        made = _facts_of_laboratory(profile)
        recorded = json.loads((PROJECT / f"results/{name}/provenance.json").read_text())
        for fact in ("cells", "subjects", "data_fingerprint"):
            assert made[fact] == recorded[fact]


def test_bciscs_crops_are_the_releases(shared, tmp_path, monkeypatch):
    listed = pd.read_csv(shared / "bcisc/index.csv", dtype=str)
    folder = tmp_path / "release/sub-images"
    for each in ("images", "masks"):
        (folder / each).mkdir(parents=True)
    for file, box in zip(listed["file"], listed["box"], strict=True):
        left, top, right, bottom = map(int, box.split())
        mask = np.zeros((256, 256), np.uint8)
        mask[top:bottom, left:right] = 1
        name = Path(file).name
        shutil.copyfile(shared / "bcisc" / file, folder / "images" / name)
        Image.fromarray(mask).save(folder / "masks" / f"{Path(name).stem}.png")
    assert len(verified(tmp_path / "release", read_manifest("bcisc"), "sub-images/images/")) == 268
    monkeypatch.setattr(command, "read_manifest", lambda name: manifest_of(tmp_path / "release"))
    command.make("bcisc", tmp_path / "release", tmp_path / "bcisc")
    index = (tmp_path / "bcisc/index.csv").read_text()
    assert index == (shared / "bcisc/index.csv").read_text()
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    table = load_profile("bcisc").read_target()
    assert (len(table), table["subject"].nunique()) == (268, 10)


@pytest.mark.parametrize("size", [128, 192])
def test_barcelonas_native_files_give_the_very_crops(shared, tmp_path, size):
    counts = dict.fromkeys(barcelona.COUNTS, 4)
    for label, some in counts.items():
        (tmp_path / "release" / label).mkdir(parents=True)
        for path in sorted((shared / "pbc_native" / label).iterdir())[:some]:
            shutil.copyfile(path, tmp_path / "release" / label / path.name)
    (tmp_path / "out").mkdir()
    index = barcelona.cut(tmp_path / "release", tmp_path / "out", size, counts)
    assert len(index) == 32
    for file in index["file"]:
        made, ours = pixels(tmp_path / "out" / file), pixels(shared / f"pbc_{size}px" / file)
        assert (made == ours).all(), file
