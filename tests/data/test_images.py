import errno
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import (
    UnreadableImageError,
    colour_facts,
    load_images,
    read_aml_lmu,
    read_image_folder,
)
from bloodshot_lib.data.contents import content_keys


def _save(path, image, **options):
    image.save(path, **options)
    return path


def test_images_come_in_table_order_at_the_size_asked_for(cells, tmp_path):
    table = read_image_folder(cells)
    for images in (load_images(table, 4), load_images(table, 4, cache_dir=tmp_path / "cache")):
        assert images.shape == (6, 4, 4, 3) and images.dtype == np.uint8
        assert images[:, 2, 2].tolist() == [[c, i, 7] for c in (0, 1) for i in range(3)]


def test_resizing_is_pillows_bicubic_of_the_whole_image(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (21, 33, 3), dtype=np.uint8))
    (tmp_path / "x/a").mkdir(parents=True)
    _save(tmp_path / "x/a/1.png", noise)
    expected = np.asarray(noise.resize((9, 9), Image.Resampling.BICUBIC))
    assert (load_images(read_image_folder(tmp_path / "x"), 9)[0] == expected).all()


def test_what_is_in_the_files_finds_the_kept_array_not_names_sizes_or_times(cells, tmp_path):
    """A slide exported anew: bitmaps of one size under one name, with one time."""
    for number in range(2):
        for path in (cells / "ape").iterdir():
            path.unlink()
        _save(cells / "ape/1.bmp", Image.new("RGB", (8, 8), (number, 0, 0)))
        os.utime(cells / "ape/1.bmp", (315532800,) * 2)
        table = read_image_folder(cells)
        assert load_images(table, 4, tmp_path / "cache")[0, 0, 0, 0] == number
    (cells / "ape").rename(cells / "cow")
    moved = read_image_folder(cells).sort_values("label", ascending=False)
    assert set(moved["path"]) != set(table["path"])
    load_images(moved.assign(content=content_keys(moved)), 4, tmp_path / "cache")
    load_images(moved[::-1], 4, tmp_path / "cache")
    kept = len(list((tmp_path / "cache").iterdir()))
    moved["path"] = moved["path"].map(lambda path: shutil.copy(path, f"{path}.png"))
    load_images(moved, 4, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == kept, "copies are the same images"


def test_a_warm_start_opens_the_same_array_and_notices_changes(cells, tmp_path):
    table, cache = read_image_folder(cells), tmp_path / "cache"
    load_images(table, 4, cache)
    (folder,) = cache.iterdir()
    before = (folder / "images.npy").stat().st_mtime_ns
    assert not load_images(table, 4, cache).flags.writeable
    assert (folder / "images.npy").stat().st_mtime_ns == before
    _save(cells / "ape/d0_ape.png", Image.new("RGB", (8, 8), (99, 99, 99)))
    assert load_images(table, 4, cache)[0, 0, 0].tolist() == [99, 99, 99]
    assert load_images(table.iloc[1:], 4, cache).shape[0] == 5
    assert load_images(table, 5, cache).shape[1] == 5
    assert len(list(cache.iterdir())) == 4, "an array for each content, choice of rows and size"


def _frames(path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])


BAD_FILES = {
    "truncated": (lambda p: p.write_bytes(p.read_bytes()[:-60]), "png", "not a whole image"),
    "text": (lambda p: p.write_text("no image"), "bmp", "not a whole image file"),
    "animated": (_frames, "png", "must hold one image, but has 2 frames or pages"),
    "multi-page": (_frames, "tiff", "must hold one image, but has 2 frames or pages"),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_bad_file_is_named_and_nothing_is_left_behind(cells, tmp_path, fault):
    damage, suffix, message = BAD_FILES[fault]
    path = cells / f"bee/d0_bee.{suffix}"
    if suffix != "png":
        (cells / "bee/d0_bee.png").unlink()
    else:
        Image.fromarray(
            np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8)
        ).save(path)
    damage(path)
    with pytest.raises(
        UnreadableImageError, match=rf"(?s)1 of 6 images.*d0_bee\.{suffix}.*{message}.*Replace"
    ):
        load_images(read_image_folder(cells), 4, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_all_bad_files_are_counted_and_three_are_named(cells):
    for label in ("ape", "bee"):
        for path in (cells / label).iterdir():
            path.write_text("no image")
    with pytest.raises(UnreadableImageError, match=r"(?s)6 of 6 images.*and 3 more"):
        load_images(read_image_folder(cells), 4)


def test_a_file_that_may_not_be_read_is_counted_with_the_bad_ones(cells, monkeypatch):
    real = Image.open

    def refuse(path):
        if "d1_bee" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(
        UnreadableImageError, match=r"(?s)1 of 6 .*d1_bee\.png may not be read \(permission"
    ):
        load_images(read_image_folder(cells), 4)


def test_tables_put_together_are_decoded_row_by_row(cells):
    table = read_image_folder(cells)
    twice = load_images(pd.concat([table, table[::-1]]), 4)
    once = load_images(table, 4)
    assert (twice == np.concatenate([once, once[::-1]])).all()


def test_an_orientation_in_exif_is_left_alone(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a/1.png", exif=exif)
    assert (load_images(read_image_folder(tmp_path), 8)[0] == pixels).all()


def test_a_full_disk_is_told_before_anything_is_written(cells, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match=r"need 0 MB in .*cache.* are free"):
        load_images(read_image_folder(cells), 4, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_kill_while_writing_leaves_nothing_that_is_taken_for_whole(twin, tmp_path):
    code = f"""
import bloodshot_lib as bs, bloodshot_lib.data.decoding as im, time
decode = im._decode
im._decode = lambda *a: (time.sleep(0.02), decode(*a))[1]
print("start", flush=True)
bs.load_images(bs.read_aml_lmu({str(twin / "AML-Cytomorphology_LMU")!r}), 16, {str(tmp_path)!r})
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child.stdout.readline()
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob("images.npy")) and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert [p.name[0] for p in tmp_path.iterdir()] == ["."], "only an unfinished, hidden folder"
    table = read_aml_lmu(twin / "AML-Cytomorphology_LMU")
    assert (load_images(table, 16, tmp_path) == load_images(table, 16)).all()
    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith("images-"), "what was left is gone"


def test_the_home_folder_may_be_written_with_a_tilde(cells, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    load_images(read_image_folder(cells), 4, "~/cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1 and not (tmp_path / "~").exists()


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-40], lambda content: content[:-1] + b"!"]
)
def test_a_damaged_array_names_the_folder_to_delete(cells, tmp_path, damage):
    table = read_image_folder(cells)
    load_images(table, 4, tmp_path / "cache")
    (array,) = (tmp_path / "cache").rglob("images.npy")
    array.write_bytes(damage(array.read_bytes()))
    with pytest.raises(
        ValueError, match=rf"{array.parent.name} is damaged: images.npy .*Delete that folder"
    ):
        load_images(table, 4, tmp_path / "cache")


def test_colour_facts_of_a_black_frame_around_a_red_square():
    image = np.zeros((1, 10, 10, 3), np.uint8)
    image[:, 3:7, 3:7, 0] = 200
    facts = colour_facts(image).iloc[0]
    assert facts.to_dict() == pytest.approx(
        {"red": 32, "green": 0, "blue": 0, "border": 0, "black": 0.84}
    )
