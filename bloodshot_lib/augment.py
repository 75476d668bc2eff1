"""Training images, varied: what another slide, stain or microscope changes, and what a cell's
kind does not hang on.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .checks import check_choice
from .recipe import FILLS, TrainConfig

# absorbance of haematoxylin, eosin and diaminobenzidine in red, green and blue (Ruifrok &
# Johnston 2001)
_DYES = torch.tensor([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])
# the weights of red, green and blue in grey (ITU-R BT.601)
_LUMA = torch.tensor([0.2989, 0.587, 0.114])


def augment(images: Tensor, config: TrainConfig) -> Tensor:
    """Vary each image (N, 3, H, W), values 0..1, by itself, as the recipe says; without such
    options, as they are.

    `turns`: one of the eight quarter turns and flips ("dihedral"), or any angle, reflected at
    the border, and a flip ("free"). `random_background`: so large a share of the images gets a
    random colour for its light field, the pixels above Otsu's threshold in green; of cells cut
    out on black it would replace the cells. `stain_jitter`: each dye's absorbance is scaled by
    1 give or take the spread, and shifted by up to a fifth of it (after Tellez et al. 2018).
    `colour_jitter`: brightness, contrast and saturation are scaled likewise. Draws from
    torch's generator.
    """
    if config.turns != "none":
        images = _turned(images, config.turns)
    if config.random_background:
        replaced = light_field(images) & (
            torch.rand(len(images), 1, 1, 1) < config.random_background
        ).to(images.device)
        images = torch.where(replaced, torch.rand(len(images), 3, 1, 1).to(images), images)
    if config.stain_jitter:
        images = _restained(images, config.stain_jitter)
    if config.colour_jitter:
        images = _recoloured(images, config.colour_jitter)
    return images


def dihedral(images: Tensor, view: int) -> Tensor:
    """One of the eight quarter turns and flips of images (N, C, S, S): `view` 0 is the image
    itself.
    """
    return torch.rot90(images.flip(3) if view >= 4 else images, view % 4, (2, 3))


def rotate(images: Tensor, degrees: Tensor, fill: str = "black") -> Tensor:
    """Rotate each image (N, C, H, W) about its centre by its own angle (N,),
    counter-clockwise; one call per batch.

    Nearest neighbour. Corners are filled with 0, as the published code has it, or with the
    mean colour of the image's own `border`, or by reflection (`reflect`). Raises ValueError
    for images that are not floating point of that shape, for angles that are not one finite
    number per image, or for an unknown `fill`.
    """
    check_choice("fill", fill, FILLS)
    _check_turn(images, degrees)
    angle = torch.deg2rad(degrees.to(images))
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    ratio = images.shape[2] / images.shape[3]  # the grid's axes run -1..1 whatever the sides
    matrix = torch.stack(
        [torch.stack([cos, -sin * ratio, zero], 1), torch.stack([sin / ratio, cos, zero], 1)], 1
    )
    grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
    padding = "reflection" if fill == "reflect" else "zeros"
    background = _border_colour(images) if fill == "border" else 0.0
    turned = F.grid_sample(
        images - background, grid, mode="nearest", padding_mode=padding, align_corners=False
    )
    return turned + background


def _check_turn(images: Tensor, degrees: Tensor) -> None:
    right = isinstance(images, Tensor) and images.ndim == 4 and images.is_floating_point()
    if not right or 0 in images.shape:
        raise ValueError(
            "`images` is a tensor of floating-point numbers, shape (N, C, H, W); got "
            f"{_kind(images)}."
        )
    right = isinstance(degrees, Tensor) and degrees.shape == images.shape[:1]
    if not right or degrees.is_complex():
        raise ValueError(
            "`degrees` is a tensor with the angle of each image, shape "
            f"({len(images)},); got {_kind(degrees)}."
        )
    on_cpu = degrees.device.type == "cpu"  # a look at a GPU's numbers would stall it
    if on_cpu and not degrees.isfinite().all():
        bad = int((~degrees.isfinite()).sum())
        raise ValueError(f"`degrees` holds finite numbers; {bad} are not.")


def _kind(value: object) -> str:
    got = isinstance(value, Tensor)
    return f"{value.dtype} {tuple(value.shape)}" if got else type(value).__name__


def _border_colour(images: Tensor) -> Tensor:
    """Mean colour of the outermost pixels, (N, C, 1, 1)."""
    edges = [images[:, :, 0], images[:, :, -1], images[:, :, :, 0], images[:, :, :, -1]]
    return torch.cat(edges, dim=2).mean(dim=2)[:, :, None, None]


def light_field(images: Tensor, levels: int = 64) -> Tensor:
    """The bright pixels of images (N, 3, H, W), values 0..1: (N, 1, H, W), above Otsu's
    threshold in green (1979).
    """
    green = (images[:, 1].flatten(1) * (levels - 1)).round().clamp(0, levels - 1).long()
    counts = images.new_zeros(len(images), levels).scatter_add_(
        1, green, torch.ones_like(green).to(images)
    )
    below, total = counts.cumsum(1), (
        counts * torch.arange(levels, device=images.device)
    ).cumsum(1)
    above = below[:, -1:] - below
    between = (
        below
        * above
        * (total / below.clamp(min=1) - (total[:, -1:] - total) / above.clamp(min=1)).square()
    )
    return (green > between.argmax(1, keepdim=True)).view_as(images[:, :1])


def _turned(images: Tensor, turns: str) -> Tensor:
    views = torch.randint(8, (len(images),))
    turned = torch.empty_like(images)
    for view in views.unique().tolist():
        rows = (views == view).to(images.device)
        turned[rows] = dihedral(images[rows], view)
    return (
        rotate(turned, 360 * torch.rand(len(images)), "reflect") if turns == "free" else turned
    )


def _restained(images: Tensor, spread: float) -> Tensor:
    dyes = _DYES.to(images)
    absorbance = -(images.clamp(min=1 / 256)).log().movedim(1, 3)
    scale, shift = (spread * (2 * torch.rand(2, len(images), 1, 1, 3) - 1)).to(images)
    amounts = absorbance @ dyes.inverse() * (1 + scale) + 0.2 * shift
    return (-amounts @ dyes).exp().clamp(0, 1).movedim(3, 1)


def _recoloured(images: Tensor, spread: float) -> Tensor:
    """torchvision's brightness, contrast and saturation, with a factor for each image where it
    has one for all.
    """
    brightness, contrast, saturation = (
        1 + spread * (2 * torch.rand(3, len(images), 1, 1, 1) - 1)
    ).to(images)
    images = (brightness * images).clamp(0, 1)
    images = (
        contrast * images + (1 - contrast) * _grey(images).mean(dim=(2, 3), keepdim=True)
    ).clamp(0, 1)
    return (saturation * images + (1 - saturation) * _grey(images)).clamp(0, 1)


def _grey(images: Tensor) -> Tensor:
    return (images * _LUMA.to(images).view(1, 3, 1, 1)).sum(1, keepdim=True)
