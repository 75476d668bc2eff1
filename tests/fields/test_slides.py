"""Whole slides, drawn small; Pillow's limit is lowered to what makes a small one large."""

import logging
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image

from bloodshot_lib import UnreadableImageError
from bloodshot_lib.fields.field_files import open_field

SMOOTH = np.random.default_rng(0).integers(0, 255, (5, 6, 3), dtype=np.uint8)
FIELD = np.asarray(Image.fromarray(SMOOTH).resize((96, 80), Image.Resampling.BICUBIC))
HALF = FIELD[::2, ::2]
TILES = {"photometric": "rgb", "tile": (16, 16)}


def _save(path, *pages, ome=False, **how):
    """A TIFF of pages, each an array or an array with its own settings."""
    with tifffile.TiffWriter(path, ome=ome) as file:
        for page in pages:
            array, own = page if isinstance(page, tuple) else (page, {})
            file.write(array, **{**TILES, **how, **own})
    return path


def _small(array):
    """An array as a page of a smaller resolution."""
    return array, {"subfiletype": 1}


def _planes(array):
    return np.moveaxis(array, -1, 0)


@pytest.fixture
def narrow(monkeypatch):
    """Pillow reads at most 1,000 pixels."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)


def _whole(path, scale=1.0):
    with open_field(path) as field:
        assert (field.width, field.height) == (96, 80)
        return field.region(0, 0, 96, 80, scale)


@pytest.mark.parametrize("compression", [None, "lzw", "deflate", "jpeg", "jpeg2000"])
def test_a_slide_is_read_at_its_resolutions(tmp_path, compression):
    path = tmp_path / "a.svs"
    _save(path, FIELD, _small(255 - HALF), compression=compression)
    most = 6 if compression == "jpeg" else 0
    assert np.abs(_whole(path).astype(int) - FIELD).mean() <= most
    assert np.abs(_whole(path, 0.5).astype(int) - (255 - HALF)).mean() <= most
    with open_field(path) as field:
        part = field.region(20, 10, 40, 30)
    assert np.abs(part.astype(int) - FIELD[10:40, 20:60]).mean() <= most


def test_jpegs_of_either_kind_have_the_right_colours(tmp_path):
    for name, space in {"YCBCR": {}, "RGB": {"outcolorspace": "rgb"}}.items():
        path = _save(tmp_path / f"{name}.svs", FIELD, compression="jpeg", compressionargs=space)
        with tifffile.TiffFile(path) as file:
            assert file.pages[0].photometric.name == name
        assert np.abs(_whole(path).astype(int) - FIELD).mean() < 6


def test_a_tiff_of_several_resolutions_is_a_slide_by_any_name(tmp_path):
    for name in ("a.tif", "a.ome.tif"):
        np.testing.assert_array_equal(_whole(_save(tmp_path / name, FIELD, _small(HALF))), FIELD)


def test_an_image_too_large_for_pillow_is_a_slide(tmp_path, narrow):
    for n, how in enumerate([{}, {"tile": None, "rowsperstrip": 8}]):
        np.testing.assert_array_equal(_whole(_save(tmp_path / f"{n}.tif", FIELD, **how)), FIELD)
    Image.fromarray(FIELD).save(tmp_path / "a.png")
    with pytest.raises(UnreadableImageError, match="cut it into tiles"):
        _whole(tmp_path / "a.png")


def test_a_large_image_in_one_piece_is_refused_as_it_would_fill_the_memory(tmp_path, narrow):
    path = _save(tmp_path / "a.tif", FIELD, tile=None, rowsperstrip=80)
    with pytest.raises(UnreadableImageError, match=r"in pieces of .* save it as a TIFF in tiles"):
        _whole(path)


@pytest.mark.parametrize("large", [False, True])
def test_ome_tiffs_are_read_in_either_order_of_colours(tmp_path, large, monkeypatch):
    if large:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    planes = {"planarconfig": "separate"}
    below = {"subifds": 1}
    written = {
        "together": [FIELD],
        "in planes": [(_planes(FIELD), planes)],
        "together, in resolutions": [(FIELD, below), _small(HALF)],
        "in planes, in resolutions": [
            (_planes(FIELD), planes | below),
            (_planes(HALF), planes | {"subfiletype": 1}),
        ],
    }
    for name, pages in written.items():
        path = _save(tmp_path / f"{name}.ome.tif", *pages, ome=True)
        np.testing.assert_array_equal(_whole(path), FIELD, name)
        assert _whole(path, 0.5).shape == HALF.shape


def test_pictures_of_an_aperio_slides_label_and_glass_are_no_part_of_it(tmp_path):
    told = {"description": "Aperio Image Library v11.2.1 \r\n96x80|AppMag = 20", "metadata": None}
    picture = {"tile": None, **told}
    path = tmp_path / "a.svs"
    _save(path, (FIELD, told), (FIELD[:20], picture), (HALF, told), (FIELD[:9], picture))
    np.testing.assert_array_equal(_whole(path), FIELD)
    np.testing.assert_array_equal(_whole(path, 0.5), HALF)


GREY = {"photometric": "minisblack"}
REFUSED = {
    "grey.tif": (
        [(FIELD[..., 0], GREY), (HALF[..., 0], {"subfiletype": 1, **GREY})],
        "but is grey",
    ),
    "deep.tif": ([FIELD.astype("u2"), _small(HALF.astype("u2"))], "but is 16-bit"),
    "channels.ome.tif": ([(_planes(FIELD), GREY)], "but is 3 grey channels. Save it as 8-bit RGB"),
    "clear.tif": (
        [np.dstack([FIELD, FIELD[..., :1]]), _small(np.dstack([HALF, HALF[..., :1]]))],
        "but is 4 values a pixel",
    ),
    "stack.tif": ([np.stack([FIELD] * 3)], "a stack of 3: save the one that you need"),
    "two.tif": ([FIELD, FIELD[:30, :20]], "must hold one image, but has 2: save each"),
    "aperio.svs": ([(FIELD, {"compression": 33003})], "but is YCbCr in JPEG 2000"),
    "inks.svs": (
        [(np.dstack([FIELD, FIELD[..., :1]]), {"photometric": "separated"})],
        "but is 4 values a pixel",
    ),
    "ycbcr.svs": ([(FIELD, {"photometric": "ycbcr", "compression": "lzw"})], "but is YCBCR"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_anything_but_one_image_in_8_bit_colour_is_refused(tmp_path, name):
    pages, words = REFUSED[name]
    how = {"metadata": None} if name == "two.tif" else {}
    path = _save(tmp_path / name, *pages, ome=".ome." in name, **how)
    with pytest.raises(UnreadableImageError) as said:
        _whole(path)
    assert str(said.value).startswith(f"{path}: ") and words in str(said.value)


def test_what_was_never_scanned_is_white_and_what_is_damaged_is_an_error(tmp_path):
    path = _save(tmp_path / "a.svs", FIELD, compression="deflate")
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        start, size = page.dataoffsets[7], page.databytecounts[7]  # columns 16 to 31, rows likewise
        sizes = page.tags["TileByteCounts"]
    sound = path.read_bytes()
    path.write_bytes(sound[:start] + bytes(size) + sound[start + size :])
    with open_field(path) as field:
        np.testing.assert_array_equal(field.region(32, 0, 64, 80), FIELD[:, 32:])
        with pytest.raises(UnreadableImageError, match=r"a\.svs: its part at x 20, y 20 \(4 x 6"):
            field.region(20, 20, 4, 6)
    each = {3: 2, 4: 4}[sizes.dtype]
    place = sizes.valueoffset + 7 * each
    path.write_bytes(sound[:place] + bytes(each) + sound[place + each :])
    expected = FIELD.copy()
    expected[16:32, 16:32] = 255
    np.testing.assert_array_equal(_whole(path), expected)


def test_a_slide_that_was_not_copied_to_its_end_is_refused_at_once(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in the command
    path = _save(tmp_path / "a.svs", FIELD, _small(HALF))
    sound = path.read_bytes()
    for part in (len(sound) // 2, 100):
        path.write_bytes(sound[:part])
        with pytest.raises(UnreadableImageError, match="copy it again"):
            _whole(path)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["a.svs", "a.tif"])
def test_without_the_extra_a_slide_is_refused_with_what_to_do(tmp_path, name, monkeypatch):
    path = _save(tmp_path / name, FIELD, _small(HALF))
    monkeypatch.setitem(sys.modules, "zarr", None)
    words = r'a whole slide, or .* pip install "bloodshot\[slides\]"\. Or save .* as PNG'
    with pytest.raises(UnreadableImageError, match=words):
        _whole(path)
    np.testing.assert_array_equal(_whole(_save(tmp_path / "plain.tif", FIELD)), FIELD)
