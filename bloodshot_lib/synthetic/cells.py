"""Synthetic white blood cells, drawn from a seed.

They stand in for real cells in layout and workflow, and are never evidence about blood.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from PIL import Image

Colour = tuple[int, int, int]

# nuclei as a Romanowsky stain colours them
PURPLE, DARK, PALE = (112, 66, 148), (78, 44, 118), (146, 104, 176)
# cytoplasm
PINK, BLUE, GREY, SKY = (222, 186, 196), (150, 164, 210), (176, 176, 200), (176, 196, 228)


@dataclass(frozen=True)
class Look:
    """How a cell type is drawn."""

    radius: float  # of the cell, as a share of half the image's width
    nucleus: float  # radius of the nucleus relative to the cell
    shape: str  # round, kidney, band or lobes
    lobes: int = 1
    colour: Colour = PURPLE
    cytoplasm: Colour = PINK
    granules: Colour | None = None
    grain: float = 0.0  # share of the cell covered by granules
    clumps: float = 0.12  # coarseness of the chromatin
    nucleoli: int = 0


LOOKS = {
    "BAS": Look(0.42, 0.78, "lobes", 2, PALE, PINK, (58, 38, 104), 0.42, 0.08),
    "EBO": Look(0.30, 0.62, "round", 1, DARK, (200, 176, 190), clumps=0.22),
    "EOS": Look(0.46, 0.70, "lobes", 2, PURPLE, (236, 176, 150), (222, 112, 70), 0.45),
    "KSC": Look(0.55, 0.98, "round", 1, PALE, PALE, clumps=0.25),
    "LYA": Look(0.55, 0.66, "round", 1, PURPLE, BLUE),
    "LYT": Look(0.34, 0.88, "round", 1, DARK, SKY, clumps=0.2),
    "MMZ": Look(0.48, 0.75, "kidney", 1, PURPLE, PINK, (196, 140, 170), 0.12),
    "MOB": Look(0.58, 0.82, "round", 1, PALE, GREY, nucleoli=2, clumps=0.06),
    "MON": Look(0.54, 0.78, "kidney", 1, PALE, GREY, clumps=0.1),
    "MYB": Look(0.50, 0.66, "round", 1, PURPLE, PINK, (176, 110, 160), 0.25),
    "MYO": Look(0.46, 0.88, "round", 1, PALE, BLUE, nucleoli=2, clumps=0.05),
    "NGB": Look(0.46, 0.80, "band", 1, PURPLE, PINK, (206, 150, 176), 0.12),
    "NGS": Look(0.46, 0.78, "lobes", 4, PURPLE, PINK, (206, 150, 176), 0.12),
    "PMB": Look(0.56, 0.80, "lobes", 2, PURPLE, (190, 168, 204), (150, 60, 110), 0.3),
    "PMO": Look(0.56, 0.72, "round", 1, PURPLE, (190, 168, 204), (150, 60, 110), 0.3, 0.1, 1),
    "all": Look(0.51, 0.93, "round", 1, (126, 76, 150), BLUE, clumps=0.07, nucleoli=2),
    "hem": Look(0.44, 0.88, "round", 1, (106, 60, 140), SKY, clumps=0.17),
}


def draw_cell(
    name: str, pixels: int, stain: np.ndarray, rng: np.random.Generator, cut_out: bool = False
) -> np.ndarray:
    """Draw one cell of a type in LOOKS as uint8 (pixels, pixels, 3).

    `stain` (3,) multiplies the colours, as a slide's staining would. With `cut_out` the cell is
    on exact black, as in C-NMC 2019; otherwise on a light background among red cells, as in
    AML-Cytomorphology_LMU.
    """
    look = LOOKS[name]
    y, x = np.mgrid[-1 : 1 : pixels * 1j, -1 : 1 : pixels * 1j].astype(np.float32)
    x, y = x - rng.normal(0, 0.05), y - rng.normal(0, 0.05)
    turn = rng.uniform(0, 2 * np.pi)
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    radius = look.radius * rng.normal(1, 0.09)
    body = _blob(x, y, radius, 0.05, rng)
    canvas = np.zeros((pixels, pixels, 3)) if cut_out else _smear(x, y, radius, stain, rng)
    canvas = _paint(canvas, body, np.array(look.cytoplasm) * stain, 0.06, _noise(pixels, 18, rng))
    nucleus = np.minimum(_nucleus(look, x, y, radius, rng), body)
    canvas = _paint(
        canvas,
        nucleus,
        np.array(look.colour) * stain,
        look.clumps * 1.3,
        _noise(pixels, 26, rng),
    )
    for _ in range(rng.integers(0, look.nucleoli + 1)):
        spot = _blob(
            x - rng.normal(0, 0.3 * radius),
            y - rng.normal(0, 0.3 * radius),
            0.13 * radius,
            0.1,
            rng,
        )
        canvas = _paint(canvas, 0.55 * np.minimum(spot, nucleus), np.array(SKY) * stain)
    if look.granules:
        texture = _noise(pixels, 60, rng)
        grains = np.clip((texture - np.quantile(texture, 1 - look.grain)) * 6, 0, 1)
        canvas = _paint(
            canvas,
            0.8 * grains * np.clip(body - 0.7 * nucleus, 0, 1),
            np.array(look.granules) * stain,
        )
    canvas += rng.normal(0, 3, canvas.shape)
    if cut_out:
        canvas = np.maximum(canvas, 1) * (body > 0.5)[..., None]
    return np.clip(canvas, 0, 255).astype(np.uint8)


def _smear(
    x: np.ndarray, y: np.ndarray, radius: float, stain: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The light background of a smear, with a few pale-centred red cells around the middle."""
    canvas = (
        np.array([244, 238, 228]) * stain**0.3
        + 6 * (x * rng.normal() + y * rng.normal())[..., None]
    )
    size = 0.255 * rng.normal(1, 0.05)  # 7.4 of the 29 micrometres that the image is wide
    for angle in rng.permutation(np.linspace(0, 2 * np.pi, 9)[:-1])[: rng.integers(3, 8)]:
        away = radius + size * rng.uniform(1.0, 1.8)
        u, v = x - away * np.cos(angle), y - away * np.sin(angle)
        canvas = _paint(
            canvas, 0.9 * _blob(u, v, size, 0.04, rng), np.array([226, 176, 172]) * stain
        )
        canvas = _paint(
            canvas,
            0.5 * _blob(u, v, 0.45 * size, 0.05, rng, soft=0.1),
            np.array([244, 226, 220]),
        )
    return canvas


def _nucleus(
    look: Look, x: np.ndarray, y: np.ndarray, radius: float, rng: np.random.Generator
) -> np.ndarray:
    """Coverage (0..1) of the nucleus: round, a kidney, a curved band, or lobes with bridges."""
    size = radius * look.nucleus * rng.normal(1, 0.04)
    if look.shape == "round":
        return _blob(
            x - rng.normal(0, 0.06) * radius, y - rng.normal(0, 0.06) * radius, size, 0.05, rng
        )
    if look.shape == "kidney":
        dent = _blob(x - 0.95 * size, y, 0.6 * size, 0.06, rng)
        return np.clip(_blob(x, y, size, 0.06, rng) - dent, 0, 1)
    count = max(2, look.lobes + rng.integers(-1, 2)) if look.lobes > 2 else look.lobes
    arc = np.linspace(-1, 1, 9 if look.shape == "band" else count) * (0.3 + 0.2 * min(count, 5))
    arc += 0 if look.shape == "band" else rng.normal(0, 0.12, count)
    lobe = 0.3 if look.shape == "band" else 0.62 / np.sqrt(count)
    centres = 0.62 * size * np.stack([np.cos(2 * arc), np.sin(2 * arc)], axis=1)
    cover = np.max(
        [_blob(x - u, y - v, lobe * size * rng.normal(1, 0.06), 0.06, rng) for u, v in centres],
        axis=0,
    )
    for (u0, v0), (u1, v1) in itertools.pairwise(centres):
        t = np.clip(
            ((x - u0) * (u1 - u0) + (y - v0) * (v1 - v0)) / ((u1 - u0) ** 2 + (v1 - v0) ** 2),
            0,
            1,
        )
        distance = np.hypot(x - u0 - t * (u1 - u0), y - v0 - t * (v1 - v0))
        cover = np.maximum(cover, np.clip((0.09 * size - distance) / 0.02, 0, 1))
    return cover


def _blob(
    x: np.ndarray,
    y: np.ndarray,
    radius: float,
    wobble: float,
    rng: np.random.Generator,
    soft: float = 0.02,
) -> np.ndarray:
    """Coverage (0..1) of a disc around the origin; `wobble` is a share of its radius."""
    angle = np.arctan2(y, x)
    outline = radius * (
        1
        + sum(
            rng.normal(0, wobble / n) * np.cos(n * angle + rng.uniform(0, 6.3)) for n in (2, 3, 5)
        )
    )
    return np.clip((outline - np.hypot(x, y)) / soft + 0.5, 0, 1)


def _noise(pixels: int, cells: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise of unit spread, its grain 1/cells of the image."""
    coarse = Image.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((pixels, pixels), Image.Resampling.BICUBIC))


def _paint(
    canvas: np.ndarray,
    cover: np.ndarray,
    colour: np.ndarray,
    mottle: float = 0.0,
    noise: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Paint a colour on the canvas where `cover` is, varied by `mottle` times `noise`."""
    layer = colour * (1 + mottle * np.broadcast_to(noise, cover.shape)[..., None])
    return canvas + cover[..., None] * (layer - canvas)
