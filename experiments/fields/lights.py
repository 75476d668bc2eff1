"""A random light and camera, more unlike each other than those of two laboratories."""

import numpy as np
from PIL import Image


def relit(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An image (H, W, 3), uint8, under a light drawn from `rng`."""
    light = image / 255
    for share, change in _CHANGES:
        if rng.random() < share:
            light = change(light, rng)
    light = light + rng.normal(0, rng.uniform(0, 0.02), light.shape)
    return (light.clip(0, 1) * 255).round().astype(np.uint8)


def _by_camera(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Other gains of the channels, gamma, saturation, contrast and exposure."""
    light = (light * _factor(rng, 0.15, 3)) ** _factor(rng, 0.2)
    grey = light.mean(axis=2, keepdims=True)
    light = grey + (light - grey) * _factor(rng, 0.35)
    mean = light.mean()
    return (mean + (light - mean) * _factor(rng, 0.2)) * _factor(rng, 0.15)


def _uneven(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darker here and lighter there, in all channels and in each: 3 x 3 gains, interpolated."""
    gains = rng.normal(0, 0.2, (3, 3, 3)) + rng.normal(0, 0.2, (3, 3, 1))
    size = light.shape[1::-1]
    maps = [Image.fromarray(gains[..., c].astype(np.float32)) for c in range(3)]
    smooth = np.stack([each.resize(size, Image.Resampling.BICUBIC) for each in maps], axis=2)
    return light * np.exp(smooth)


def _with_spot(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A reflection of the lamp somewhere."""
    row, column = np.ogrid[: light.shape[0], : light.shape[1]]
    y, x, radius = rng.uniform(0, [*light.shape[:2], 1])
    radius = 20 + 60 * radius  # pixels
    spot = np.exp(-((row - y) ** 2 + (column - x) ** 2) / (2 * radius**2))
    return light + spot[..., None] * rng.uniform(-0.1, 0.6, 3)


def _one_channel(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A white balance far off in one channel."""
    gains = np.ones(3)
    gains[rng.integers(3)] = rng.uniform(0.7, 1.2)
    return light * gains


def _factor(rng: np.random.Generator, spread: float, n: int | None = None) -> np.ndarray | float:
    """Log-normal factors about 1."""
    return np.exp(rng.normal(0, spread, n))


# each with the share of images that it changes
_CHANGES = (0.9, _by_camera), (0.6, _uneven), (0.15, _with_spot), (0.1, _one_channel)
