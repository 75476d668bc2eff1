"""What the numbers in an image file mean: 8-bit colour, which is read, or what else they are."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import BITSPERSAMPLE, PREDICTOR, YCBCRSUBSAMPLING

_FORMATS = {"AVIF", "BMP", "DIB", "HEIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"}
_COLOUR = {"RGB", "RGBA", "P", "PA", "YCbCr", "CMYK"}  # Pillow's modes
_OTHER = {"1": "black and white", "L": "grey", "LA": "grey", "La": "grey", "LAB": "CIE Lab"}
# where a TIFF may keep differences of values; libtiff takes them for values everywhere else
_DIFFERENCES = {"tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "zstd", "lzma"}
_RGB = "Save it as 8-bit RGB, if you know how its values map to colour."


def fault_of(image: Image.Image) -> str:
    """Why an image, whose header was read, is not 8-bit colour that can be read; "" if it is."""
    if image.format not in _FORMATS:
        return f"a {image.format} file, which is not read: save it as PNG."
    # a phone's JPEG has a second frame, its preview
    if (frames := getattr(image, "n_frames", 1)) > 1 and image.format != "MPO":
        return f"one image per file; this one has {frames} frames or pages."
    if bits := _other_depth(image):
        return f"8-bit colour is needed; this is {bits}. {_RGB}"
    if image.mode not in _COLOUR:
        return f"8-bit colour is needed; this is {_OTHER.get(image.mode, image.mode)}. {_RGB}"
    if image.mode == "CMYK" and "icc_profile" not in image.info:
        return "CMYK without the ICC profile that gives its inks' colours: save it as 8-bit RGB."
    if image.mode == "YCbCr" and image.tag_v2.get(YCBCRSUBSAMPLING) != (1, 1):
        return "uncompressed YCbCr with fewer colours than pixels: save it as 8-bit RGB."
    if image.format == "TIFF" and image.tag_v2.get(PREDICTOR, 1) != 1:
        if image.info["compression"] not in _DIFFERENCES:
            return "a TIFF whose predictor does not suit its compression: save it again."
    return ""


def in_rgb(image: Image.Image) -> tuple[Image.Image, str]:
    """A loaded image in RGB, transparent parts on white, as lit glass is; and its fault, or ""."""
    if image.mode == "CMYK":
        inks = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, inks, screen, outputMode="RGB"), ""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image, ""
    if image.has_transparency_data:
        shown = image.convert("RGBA")
        least, most = shown.getchannel("A").getextrema()
        if most == 0:
            return image, "transparent everywhere: save it without transparency."
        if least < 255:
            shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
        shown = shown.convert("RGB")
    else:
        shown = image.convert("RGB")
    if image.mode in ("P", "PA") and _is_grey(np.asarray(shown)):
        return image, f"8-bit colour is needed; this is grey. {_RGB}"
    return shown, ""


def _other_depth(image: Image.Image) -> str:
    """How many bits a value has, if not 8.

    Pillow opens much of what has more as 8-bit RGB, some of it as noise.
    """
    if image.format == "TIFF":
        bits: Sequence[int] = image.tag_v2.get(BITSPERSAMPLE, (1,))
        few = image.mode in ("P", "1", "L")  # a palette's numbers may have fewer bits, never more
        most = max(bits)
        return f"{most}-bit" if most > 8 or (min(bits) < 8 and not few) else ""
    if image.format == "HEIF":
        depth = image.info.get("bit_depth", 8)
        return f"{depth}-bit" if depth > 8 else ""
    if image.format == "AVIF":
        return _avif_depth(image)
    if "16" in image.mode or ";16" in str(image.tile) or ";15" in str(image.tile):
        return "16-bit"
    return ""


def _avif_depth(image: Image.Image) -> str:
    """From the configuration box: Pillow turns 10 and 12 bits into 8 by itself."""
    place = image.fp.tell()
    image.fp.seek(0)
    head = image.fp.read(1 << 14)
    image.fp.seek(place)
    flags = head[head.find(b"av1C") + 6] if b"av1C" in head else 0
    return "" if not flags & 0x40 else "12-bit" if flags & 0x20 else "10-bit"


def _is_grey(pixels: np.ndarray) -> bool:
    return bool((pixels == pixels[..., :1]).all())
