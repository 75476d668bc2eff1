"""Image files, and what the Python library makes of them: their pixels, or why it refuses them."""

import base64
import io
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bloodshot_lib.data.contents import _key
from bloodshot_lib.data.decoding import bicubic, read_image, unreadable_files
from bloodshot_lib.own_cells.image_differences import light

WIDTH, HEIGHT = 20, 15
RESIZED = [(33, 21, 9), (9, 9, 9), (9, 21, 9), (21, 9, 9), (5, 3, 8), (6, 40, 7), (16, 30, 9)]
RESIZED += [(18, 28, 13), (18, 23, 13), (1, 1, 4)]  # columns or rows are first, just so


def _drawn(width=WIDTH, height=HEIGHT):
    """Smooth colours of a seed, as cells are."""
    few = np.random.default_rng(0).integers(0, 255, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(few).resize((width, height), Image.Resampling.BICUBIC)


def _profile() -> bytes:
    """A colour profile, linear and of other primaries, that turns every colour into another."""
    numbers = {b"rXYZ": (0.2, 0.7, 0.1), b"gXYZ": (0.6, 0.2, 0.1), b"bXYZ": (0.2, 0.1, 0.6),
               b"wtpt": (0.9642, 1.0, 0.8249)}  # fmt: skip
    data = {tag: b"XYZ ".ljust(8, b"\0") + struct.pack(">3i", *(round(n * 65536) for n in xyz))
            for tag, xyz in numbers.items()}  # fmt: skip
    data |= {tag: b"curv" + bytes(8) for tag in (b"rTRC", b"gTRC", b"bTRC")}
    data |= {b"desc": b"desc" + bytes(4) + struct.pack(">I", 6) + b"other\0" + bytes(78),
             b"cprt": b"text" + bytes(4) + b"none\0"}  # fmt: skip
    place, entries, body = 132 + 12 * len(data), b"", b""
    for tag, content in data.items():
        entries += struct.pack(">4sII", tag, place + len(body), len(content))
        body += content.ljust(-(-len(content) // 4) * 4, b"\0")
    head = struct.pack(">I4xI4s4s4s12x4s", place + len(body), 0x02100000, b"mntr", b"RGB ",
                       b"XYZ ", b"acsp")  # fmt: skip
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(data)) + entries + body


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # by a quarter
    return exif


def _file(form, image=None, **options) -> bytes:
    file = io.BytesIO()
    (image or _drawn()).save(file, form, **options)
    return file.getvalue()


def _half_transparent():
    image = _drawn().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def _first_of_palette_transparent():
    return _file("PNG", _drawn().quantize(8), transparency=bytes([0, 90] + [255] * 6))


def _gamma() -> PngInfo:
    info = PngInfo()
    info.add(b"gAMA", struct.pack(">I", 100000))
    return info


def _frames(form) -> bytes:
    return _file(form, save_all=True, append_images=[_drawn().transpose(0)])


def _interlaced_png() -> bytes:
    """Pillow writes none: seven passes, of every eighth to every second pixel."""
    pixels = np.asarray(_drawn())
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1)]  # fmt: skip
    parts = [pixels[y::down, x::across] for y, x, down, across in passes]
    rows = b"".join(b"\0" + row.tobytes() for part in parts if part.size for row in part)
    return _png(8, 2, rows, interlaced=1)


def _png(depth, kind, rows, interlaced=0) -> bytes:
    def chunk(name, data):
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    )


def _bmp(depth, top_down=False, masks=b"", old=False) -> bytes:
    """A BMP of 24 or 32 bits, its fourth byte noise."""
    pixels = np.asarray(_drawn())[..., ::-1]
    if depth == 32:
        noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 1), dtype=np.uint8)
        pixels = np.dstack([pixels, noise])
    rows = [row.tobytes().ljust(-(-len(row.tobytes()) // 4) * 4, b"\0") for row in pixels]
    data = b"".join(rows if top_down else rows[::-1])
    height = -HEIGHT if top_down else HEIGHT
    kind = 3 if masks else 0
    head = struct.pack("<IiiHHIIiiII", 40 + len(masks), WIDTH, height, 1, depth, kind, len(data),
                       0, 0, 0, 0) + masks  # fmt: skip
    if old:
        head = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, depth)
    place = 14 + len(head)
    return b"BM" + struct.pack("<IHHI", place + len(data), 0, 0, place) + head + data


def _tiff(pixels, order="<", planes=False, tile=None, rows=4, compress=bytes, **tags) -> bytes:
    """A TIFF (H, W, bands) of 8 bits or more, in strips of some rows or in tiles."""
    pixels = pixels.astype(pixels.dtype.newbyteorder(order))
    height, width, bands = pixels.shape
    layers = np.split(pixels, bands, axis=2) if planes else [pixels]
    down, across = (tile, tile) if tile else (rows, width)
    parts = []
    for layer in layers:
        if tile:
            layer = np.pad(layer, ((0, -height % tile), (0, -width % tile), (0, 0)))
        parts += [
            compress(layer[y : y + down, x : x + across].tobytes())
            for y in range(0, layer.shape[0], down)
            for x in range(0, layer.shape[1], across)
        ]
    places = [8 + sum(map(len, parts[:n])) for n in range(len(parts))]
    entries = {256: width, 257: height, 258: [8 * pixels.itemsize] * bands, 259: 1, 262: 2,
               277: bands, 284: 1 + planes}  # fmt: skip
    if tile:
        entries |= {322: tile, 323: tile, 324: places, 325: list(map(len, parts))}
    else:
        entries |= {273: places, 278: rows, 279: list(map(len, parts))}
    entries |= {int(tag[1:]): value for tag, value in tags.items()}
    body, lists, listing = b"".join(parts), b"", struct.pack(f"{order}H", len(entries))
    for tag, value in sorted(entries.items()):
        values = np.atleast_1d(value)
        packed = struct.pack(f"{order}{len(values)}I", *values)
        listing += struct.pack(f"{order}HHI", tag, 4, len(values))
        listing += packed if len(values) == 1 else struct.pack(f"{order}I", 8 + len(body + lists))
        lists += packed if len(values) > 1 else b""
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(f"{order}2sHI", mark, 42, 8 + len(body + lists))
    return head + body + lists + listing + bytes(4)


def _changed(file: bytes, at: int) -> bytes:
    return file[:at] + bytes([file[at] ^ 5]) + file[at + 1 :]


def _files() -> dict[str, bytes]:
    drawn, rgba = _drawn(), _half_transparent()
    pixels, four = np.asarray(drawn), np.asarray(rgba)
    grey, large = drawn.convert("L"), _drawn(48, 36)
    noise = np.random.default_rng(2).integers(0, 255, (38, 40, 3), dtype=np.uint8)
    unseen = _drawn()
    unseen.putalpha(0)
    jpeg, png, lzw = _file("JPEG"), _file("PNG"), {"compression": "tiff_lzw"}
    bgra = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    read = {
        "420.jpg": jpeg,
        "422.jpg": _file("JPEG", subsampling="4:2:2"),
        "444.jpg": _file("JPEG", quality=95, subsampling="4:4:4"),
        "turned.jpg": _file("JPEG", exif=_turned()),
        "profile.jpg": _file("JPEG", icc_profile=_profile()),
        "progressive.jpg": _file("JPEG", progressive=True, quality=90),
        "restarts.jpg": _file("JPEG", restart_marker_blocks=1),
        "phone.jpg": _file("MPO", save_all=True, append_images=[drawn.resize((9, 9))]),
        "bytes after its end.jpg": jpeg + b"more",
        "rgb.png": png,
        "turned.png": _file("PNG", exif=_turned()),
        "profile.png": _file("PNG", icc_profile=_profile()),
        "gamma.png": _file("PNG", pnginfo=_gamma()),
        "half transparent.png": _file("PNG", rgba),
        "one colour transparent.png": _file("PNG", transparency=drawn.getpixel((3, 3))),
        "palette.png": _file("PNG", drawn.quantize(32)),
        "sixteen colours.png": _file("PNG", drawn.quantize(16), bits=4),
        "transparent palette.png": _first_of_palette_transparent(),
        "interlaced.png": _interlaced_png(),
        "24.bmp": _bmp(24),
        "top down.bmp": _bmp(24, top_down=True),
        "old.bmp": _bmp(24, old=True),
        "32.bmp": _bmp(32),
        "masks.bmp": _bmp(32, masks=bgra[:12] + bytes(4)),
        "alpha.bmp": _bmp(32, masks=bgra),
        "palette.bmp": _file("BMP", drawn.quantize(200)),
        "few colours.bmp": _file("BMP", drawn.quantize(2)),
        "lossless.webp": _file("WEBP", lossless=True),
        "lossy.webp": _file("WEBP", quality=80),
        "half transparent.webp": _file("WEBP", rgba, lossless=True, exact=True),
        "profile.webp": _file("WEBP", lossless=True, icc_profile=_profile(), exif=_turned()),
        "plain.avif": _file("AVIF", quality=90),
        "raw.tif": _file("TIFF"),
        "strips.tif": _tiff(pixels),
        "big end.tif": _tiff(pixels, ">"),
        "rgba.tif": _file("TIFF", rgba),
        "fourth means nothing.tif": _tiff(four, t338=0),
        "multiplied by alpha.tif": _tiff(four, t338=1),
        "alpha without a word.tif": _tiff(four),
        "planes.tif": _tiff(pixels, planes=True),
        "planes big end.tif": _tiff(pixels, ">", planes=True),
        "tiles.tif": _tiff(pixels, tile=16),
        "tiles of deflate.tif": _tiff(pixels, tile=16, compress=zlib.compress, t259=8),
        "planes of deflate.tif": _tiff(pixels, planes=True, compress=zlib.compress, t259=8),
        "lzw.tif": _file("TIFF", large, **lzw),
        "lzw differences.tif": _file("TIFF", large, tiffinfo={317: 2}, **lzw),
        "lzw noise.tif": _file("TIFF", Image.fromarray(noise), **lzw),
        "lzw rgba.tif": _file("TIFF", rgba, tiffinfo={317: 2}, **lzw),
        "lzw of one colour.tif": _file("TIFF", Image.new("RGB", (40, 30), (9, 8, 7)), **lzw),
        "deflate.tif": _file("TIFF", compression="tiff_adobe_deflate"),
        "deflate differences.tif": _file("TIFF", compression="tiff_deflate", tiffinfo={317: 2}),
        "packbits.tif": _file("TIFF", compression="packbits"),
        "jpeg.tif": _file("TIFF", large, compression="jpeg", quality=90),
        "jpeg ycbcr.tif": _file("TIFF", large.convert("YCbCr"), compression="jpeg"),
        "palette.tif": _file("TIFF", drawn.quantize(200)),
        **{f"turned {n}.tif": _tiff(pixels, t274=n) for n in range(2, 9)},
    }  # fmt: skip
    refused = {
        "grey.jpg": _file("JPEG", grey),
        "cmyk.jpg": _file("JPEG", drawn.convert("CMYK")),
        "cut.jpg": jpeg[:-40],
        "without its end.jpg": jpeg[:-2],
        "grey palette.png": _file("PNG", grey.quantize(64)),
        "grey.png": _file("PNG", grey),
        "grey alpha.png": _file("PNG", drawn.convert("LA")),
        "bits.png": _file("PNG", drawn.convert("1")),
        "unseen.png": _file("PNG", unseen),
        "16 bits.png": _png(16, 2, (b"\0" + bytes(6 * WIDTH)) * HEIGHT),
        "16 bits of grey.png": _file("PNG", Image.new("I;16", (WIDTH, HEIGHT))),
        "animated.png": _frames("PNG"),
        "cut.png": png[:-90],
        "changed.png": _changed(png, 200),
        "16 bits.bmp": _bmp(16),
        "grey palette.bmp": _file("BMP", grey),
        "other greys.bmp": _file("BMP", grey.quantize(9)),
        "cut.bmp": _bmp(24)[:-9],
        "animated.webp": _frames("WEBP"),
        "cut.webp": _file("WEBP")[:-9],
        "cut.avif": _file("AVIF")[:-9],
        "16 bits.tif": _tiff(pixels.astype(np.uint16)),
        "32 bits.tif": _tiff(pixels.astype(np.uint32)),
        "floats.tif": _tiff(pixels.astype(np.float32), t339=[3, 3, 3]),
        "signed.tif": _tiff(pixels.astype(np.int8), t339=[2, 2, 2]),
        "grey.tif": _file("TIFF", grey),
        "grey palette.tif": _file("TIFF", grey.convert("P")),
        "lab.tif": _tiff(pixels, t262=8),
        "predictor.tif": _file("TIFF", compression="packbits", tiffinfo={317: 2}),
        "two pages.tif": _frames("TIFF"),
        "cut.tif": _file("TIFF")[:-30],
        "cut lzw.tif": _file("TIFF", **lzw)[:-30],
        "animated.gif": _frames("GIF"),
        "plain.gif": _file("GIF"),
        "plain.ppm": _file("PPM"),
        "plain.jp2": _file("JPEG2000"),
        "too large.bmp": _bmp(24)[:18] + struct.pack("<ii", 20000, 10000) + _bmp(24)[26:],
        "text.png": b"no image",
        "empty.png": b"",
    }  # fmt: skip
    return read | refused


# Python reads these by profiles of inks, or as hardly anybody writes them: the page asks for PNG
_LESS = "of a kind that a browser does not read: save it as PNG."
_INKS = (
    "must be in 8-bit colour, but is CMYK, whose inks a browser does not know. Save it as 8-bit"
    " RGB, if you know its colours."
)
IN_OTHER_WORDS = {
    "cmyk.jpg": _INKS,
    "changed.png": "not a whole image file (broken data): replace it.",
    "cut.avif": "not a whole image file (it ends too early): replace it.",
}


def formats() -> list[dict]:
    """Each file with its key, and either its pixels or the words of the refusal."""
    return [_case(name, file) for name, file in _files().items()]


def refused_by_the_page() -> list[dict]:
    """What Python reads and the page does not."""
    drawn = _drawn()
    files = {
        "ycbcr.tif": _file("TIFF", drawn.convert("YCbCr")),
        "sixteen colours.tif": _tiff_of_four_bits(),
        "run lengths.bmp": _run_lengths(),
    }
    assert not any("refused" in _case(name, file) for name, file in files.items())
    files["phone.heic"] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"  # if its plug-in is installed
    return [{"name": name, "file": _text(file), "refused": _LESS} for name, file in files.items()]


def _tiff_of_four_bits() -> bytes:
    indices = np.random.default_rng(4).integers(0, 255, (HEIGHT, WIDTH // 2, 1), dtype=np.uint8)
    return _tiff(indices, t256=WIDTH, t258=4, t262=3, t320=list(range(0, 48 * 999, 999)))


def _run_lengths() -> bytes:
    """Each row one run of one colour."""
    palette = bytes([9, 8, 7, 0, 90, 20, 200, 0])
    data = b"".join(bytes([WIDTH, row % 2, 0, 0]) for row in range(HEIGHT)) + b"\0\1"
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 8, 1, len(data), 0, 0, 2, 0)
    return b"BM" + struct.pack("<IHHI", 62 + len(data), 0, 0, 62) + head + palette + data


def resizing() -> list[dict]:
    """Images and what Pillow's bicubic filter makes of them, bit by bit."""
    rng, cases = np.random.default_rng(3), []
    for width, height, size in RESIZED:
        pixels = rng.choice([0, 255, 90], (height, width, 3)).astype(np.uint8)  # it overshoots
        resized = bicubic(Image.fromarray(pixels), size)
        cases.append(
            {"width": width, "height": height, "size": size, "rgb": _text(pixels),
             "resized": _text(resized)}
        )  # fmt: skip
    return cases


def brightest() -> list[dict]:
    """Square images and the mean colour of their brightest quarter, which no tie leaves open."""
    cases = []
    for size in (1, 5, 18, 24):
        pixels = np.random.default_rng(size).integers(0, 255, (size, size, 3), dtype=np.uint8)
        sums = np.sort(pixels[::4, ::4].sum(axis=2).ravel())
        edge = len(sums) - max(1, len(sums) // 4)
        assert edge == 0 or sums[edge - 1] < sums[edge]
        cases.append({"size": size, "rgb": _text(pixels), "light": light(pixels[None])[0].tolist()})
    return cases


def _case(name: str, file: bytes) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(file)
        case = {"name": name, "file": _text(file), "key": _key(str(path))}
        if fault := unreadable_files([str(path)]).get(str(path)):
            return case | {"refused": IN_OTHER_WORDS.get(name, fault)}
        pixels = read_image(str(path))
    height, width = pixels.shape[:2]
    return case | {"width": width, "height": height, "rgb": _text(pixels)}


def _text(content) -> str:
    return base64.b64encode(bytes(content)).decode()


CASES = {
    "formats": formats,
    "refused_by_the_page": refused_by_the_page,
    "resizing": resizing,
    "brightest": brightest,
}
