"""What the numbers in an image file mean: 8-bit colour, which is read, or what else they are."""

import io
import re

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import BITSPERSAMPLE, PREDICTOR, YCBCRSUBSAMPLING

_FORMATS = {"AVIF", "BMP", "DIB", "HEIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"}
_COLOUR = {"RGB", "RGBA", "P", "PA", "YCbCr", "CMYK"}  # Pillow's modes
_GREY = {"1", "L", "LA", "La"}
_DIFFERENCES = {"tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "zstd", "lzma"}


class UnreadableImageError(ValueError):
    """A file that is not one image in 8-bit colour.

    The message names the file, what it is, and what to do.
    """


def check_format(image: Image.Image) -> None:
    """Raise UnreadableImageError unless an image, whose header was read, is in 8-bit colour.

    Pillow opens much of what has more bits as 8-bit RGB, some of it as noise. AVIF and HEIF of
    more bits are the same colours in finer steps, which their decoders round.
    """
    tags = image.tag_v2 if image.format == "TIFF" else {}
    deep = re.search(";1[56]", f"{image.mode}{image.tile}")
    bits = 16 if deep else max(tags.get(BITSPERSAMPLE, [8]))
    if image.format not in _FORMATS:
        raise UnreadableImageError(f"a {image.format} file, which is not read: save it as PNG.")
    # a phone's JPEG has a second frame, its preview
    if (frames := getattr(image, "n_frames", 1)) > 1 and image.format != "MPO":
        raise UnreadableImageError(f"must hold one image, but has {frames} frames or pages.")
    if bits > 8 or image.mode not in _COLOUR:
        raise not_colour(f"{bits}-bit" if bits > 8 else image.mode)
    if image.mode == "CMYK" and "icc_profile" not in image.info:
        raise not_colour("CMYK without the ICC profile that gives its inks' colours")
    if image.mode == "YCbCr" and tags.get(YCBCRSUBSAMPLING) != (1, 1):
        raise not_colour("uncompressed YCbCr with fewer colours than pixels")
    # Pillow would take differences of pixels for pixels
    if tags.get(PREDICTOR, 1) != 1 and image.info["compression"] not in _DIFFERENCES:
        raise UnreadableImageError("its predictor does not suit its compression: save it again.")


def in_rgb(image: Image.Image) -> Image.Image:
    """An image in RGB, what is transparent on white, as lit glass is.

    Raises UnreadableImageError for a palette of greys, and an image that is wholly transparent.
    """
    image.load()
    shown = image
    if image.mode == "CMYK":
        inks = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        screen = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(image, inks, screen, outputMode="RGB")
    elif image.has_transparency_data:
        shown = image.convert("RGBA")
        least, most = shown.getchannel("A").getextrema()
        if most == 0:
            raise UnreadableImageError("transparent everywhere: save it without transparency.")
        if least < 255:
            shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
    shown = shown.convert("RGB")
    if image.mode in ("P", "PA") and len({band.tobytes() for band in shown.split()}) == 1:
        raise not_colour("L")
    return shown


def not_colour(what: str) -> UnreadableImageError:
    """The error of an image that is not in 8-bit colour, but `what`: in words, or Pillow's mode."""
    what = "grey" if what in _GREY else what
    return UnreadableImageError(
        f"must be in 8-bit colour, but is {what}. Save it as 8-bit RGB, if you know its colours."
    )
