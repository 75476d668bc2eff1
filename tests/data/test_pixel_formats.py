"""What is not 8-bit colour never gets through, whichever way it is written; what is, is read."""

import struct

import numpy as np
import pytest
from PIL import Image

from bloodshot_lib import UnreadableImageError
from bloodshot_lib.data.decoding import read_image, unreadable_files

PIXELS = np.random.default_rng(0).integers(0, 255, (6, 6, 3), dtype=np.uint8)
IMAGE = Image.fromarray(PIXELS).resize((32, 32), Image.Resampling.BICUBIC)
DATA = np.asarray(IMAGE)


def _tiff(path, data, order="<", planes=False, **tags):
    """An uncompressed TIFF (H, W, bands) of any number type, pixel after pixel or in planes."""
    data = data.astype(data.dtype.newbyteorder(order))
    height, width, bands = data.shape
    parts = [data[..., band].tobytes() for band in range(bands)] if planes else [data.tobytes()]
    kind = {"u": 1, "i": 2, "f": 3}[data.dtype.kind]
    entries = {
        256: width, 257: height, 258: [8 * data.itemsize] * bands, 259: 1, 262: 2,
        273: [8 + sum(map(len, parts[:n])) for n in range(len(parts))], 277: bands, 278: height,
        279: list(map(len, parts)), 284: 1 + planes, 339: [kind] * bands,
        **{int(tag[1:]): value for tag, value in tags.items()},
    }  # fmt: skip
    if bands == 4:
        entries[338] = 2
    lists, listing = b"", struct.pack(f"{order}H", len(entries))
    place = 8 + sum(map(len, parts))
    for tag, value in sorted(entries.items()):
        values = struct.pack(f"{order}{len(np.atleast_1d(value))}I", *np.atleast_1d(value))
        listing += struct.pack(f"{order}HHI", tag, 4, len(values) // 4)
        listing += values if len(values) == 4 else struct.pack(f"{order}I", place + len(lists))
        lists += values if len(values) > 4 else b""
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, place + len(lists))
    path.write_bytes(head + b"".join(parts) + lists + listing + bytes(4))
    return path


@pytest.mark.parametrize("planes", [False, True])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bands", [3, 4])
@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "i1", "i2", "f2", "f4"])
def test_of_tiffs_only_8_bits_get_through(tmp_path, kind, bands, order, planes):
    data = np.dstack([DATA, np.full(DATA.shape[:2], 255, np.uint8)])[..., :bands]
    most = 1 if kind[0] == "f" else np.iinfo(kind).max
    path = _tiff(tmp_path / "1.tif", (data / 255 * most).astype(kind), order, planes)
    if kind == "u1":
        np.testing.assert_array_equal(
            read_image(str(path)), (data / 255 * 255).astype("u1")[..., :3]
        )
    else:
        words = f"but is {8 * int(kind[1])}-bit" if kind == "u2" else "of a kind that is not read"
        assert words in unreadable_files([str(path)])[str(path)]


def _icc() -> bytes:
    """A profile of inks: white paper, full black, and one red for magenta, the rest between."""
    inks = np.stack(np.meshgrid(*[[0, 1]] * 4, indexing="ij"), -1).reshape(-1, 4)
    lightness = 255 * (1 - inks[:, 3]) * (1 - inks[:, :3].mean(axis=1))
    lab = np.stack([lightness, 128 + 60 * inks[:, 1] * (1 - inks[:, 3]), 128 + 0 * lightness], 1)
    ramp = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0])
    table += struct.pack(">9i", *(np.eye(3, dtype=int).ravel() << 16)) + 4 * ramp
    table += lab.round().astype(np.uint8).tobytes() + 3 * ramp
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    head = struct.pack(">I4xI4s4s4s12x4s", 144 + len(table), 0x02400000, b"prtr", b"CMYK", b"Lab ",
                       b"acsp")  # fmt: skip
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + tags + table


def test_cmyk_is_the_colour_that_its_profile_gives(tmp_path):
    inks = Image.new("CMYK", (3, 1))
    for x, ink in enumerate([(0, 0, 0, 0), (0, 0, 0, 255), (0, 255, 0, 0)]):
        inks.putpixel((x, 0), ink)
    inks.save(tmp_path / "1.tif", icc_profile=_icc())
    white, black, red = read_image(str(tmp_path / "1.tif"))[0].astype(int)
    assert white.min() >= 253 and black.max() <= 2 and red[0] > red[1] + 80
    inks.save(tmp_path / "2.tif")
    inks.save(tmp_path / "3.tif", icc_profile=b"nonsense")
    faults = list(unreadable_files([str(tmp_path / f"{n}.tif") for n in (2, 3)]).values())
    assert "CMYK without the ICC profile" in faults[0] and "not a whole image file" in faults[1]


READ = {
    "phone.jpg": lambda p: IMAGE.save(
        p, "MPO", save_all=True, append_images=[IMAGE.resize((9, 9))], quality=95),
    "palette.png": lambda p: IMAGE.quantize(256).save(p),
    "palette.bmp": lambda p: IMAGE.quantize(256).save(p),
    "palette.tif": lambda p: IMAGE.quantize(256).save(p),
    "sixteen colours.png": lambda p: IMAGE.quantize(16).save(p, bits=4),
    "ycbcr.tif": lambda p: IMAGE.convert("YCbCr").save(p),
    "ycbcr lzw.tif": lambda p: IMAGE.convert("YCbCr").save(p, compression="tiff_lzw"),
    "lzw.tif": lambda p: IMAGE.save(p, compression="tiff_lzw", tiffinfo={317: 2}),
    "plain.jfif": lambda p: IMAGE.save(p, "JPEG", quality=95),
    "plain.avif": lambda p: IMAGE.save(p, quality=95),
    "alpha.webp": lambda p: IMAGE.convert("RGBA").save(p, lossless=True),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_ordinary_images_are_read(tmp_path, name):
    READ[name](tmp_path / name)
    found = read_image(str(tmp_path / name)).astype(int)
    assert found.shape == DATA.shape
    assert np.abs(found - DATA).mean() < (32 if "sixteen" in name else 8)


REFUSED = {
    "grey palette.png": (lambda p: IMAGE.convert("L").quantize(64).save(p), "but is grey"),
    "grey palette.tif": (lambda p: IMAGE.convert("L").convert("P").save(p), "but is grey"),
    "16 bits of grey.png": (lambda p: Image.new("I;16", (8, 8)).save(p), "but is 16-bit"),
    "grey.jpg": (lambda p: IMAGE.convert("L").save(p), "but is grey"),
    "grey alpha.png": (lambda p: IMAGE.convert("LA").save(p), "but is grey"),
    "bits.png": (lambda p: IMAGE.convert("1").save(p), "but is grey"),
    "lab.tif": (lambda p: IMAGE.convert("LAB").save(p), "but is LAB"),
    "predictor.tif": (
        lambda p: IMAGE.save(p, compression="packbits", tiffinfo={317: 2}),
        "predictor does not suit",
    ),
    "gif.png": (lambda p: IMAGE.save(p, "GIF"), "a GIF file, which is not read: save it as PNG"),
    "16 bits.png": (lambda p: IMAGE.save(p, "PPM", maxval=65535), "a PPM file"),
    "cmyk.jpg": (lambda p: IMAGE.convert("CMYK").save(p), "CMYK without the ICC profile"),
    "nothing.png": (lambda p: p.write_bytes(b""), "not a whole image file"),
    "unseen.png": (lambda p: IMAGE.putalpha(0) or IMAGE.save(p), "transparent everywhere"),
    "few colours.tif": (lambda p: _tiff(p, DATA, t262=6, t530=[2, 2]), "fewer colours than pix"),
    "few by default.tif": (lambda p: _tiff(p, DATA, t262=6), "fewer colours than pixels"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_with_its_reason(tmp_path, name, monkeypatch):
    write, words = REFUSED[name]
    monkeypatch.setattr(f"{__name__}.IMAGE", IMAGE.copy())
    write(tmp_path / name)
    assert words in unreadable_files([str(tmp_path / name)])[str(tmp_path / name)]


def test_what_is_transparent_is_lit_glass(tmp_path):
    def shown(colour, *, of=DATA, save=lambda image, path: image.save(path)):
        image = Image.fromarray(np.dstack([of, np.full(of.shape[:2], 255, np.uint8)]))
        for y in range(8):
            image.putpixel((0, y), colour)
        save(image, tmp_path / "1.png")
        return read_image(str(tmp_path / "1.png"))

    seen = shown((255, 0, 0, 0))
    assert (seen == shown((0, 0, 255, 0))).all() and (seen[:8, 0] == 255).all()
    assert (seen[8:] == DATA[8:]).all() and (seen[:, 1:] == DATA[:, 1:]).all()
    assert shown((0, 0, 0, 51))[0, 0].tolist() == [204] * 3, "a fifth of black on white"


def test_a_colour_that_stands_for_nothing_is_lit_glass(tmp_path):
    for mode in ("RGB", "P"):
        image = Image.new("RGB", (2, 1), (200, 0, 0))
        image.putpixel((0, 0), (9, 9, 9))
        index = (9, 9, 9)
        if mode == "P":
            image = image.quantize(2)
            index = image.getpixel((0, 0))
        image.save(tmp_path / "1.png", transparency=index)
        assert read_image(str(tmp_path / "1.png"))[0].tolist() == [[255] * 3, [200, 0, 0]]


def test_a_large_scan_is_read_without_alarm_and_a_larger_one_is_to_be_cut(tmp_path, monkeypatch):
    IMAGE.save(tmp_path / "1.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 600)
    assert read_image(str(tmp_path / "1.png")).shape == (32, 32, 3)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    with pytest.raises(
        UnreadableImageError,
        match=r"must have at most .* megapixels, but has .*: cut it into tiles",
    ):
        read_image(str(tmp_path / "1.png"))
