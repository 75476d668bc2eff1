"""Random variation of training images: slide, microscope, and the orientation of a cell."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.checks import check_choice, kind_of
from .losses import check_tensor
from .recipe import TrainConfig

FILLS = ("black", "reflect")
# the weights of red, green and blue in grey (ITU-R BT.601)
_LUMA = torch.tensor([0.2989, 0.587, 0.114])


def augment(images: Tensor, recipe: TrainConfig) -> Tensor:
    """Vary each image (N, 3, H, W), values 0..1, on its own, as the recipe says.

    - `turns`: "dihedral", one of the eight quarter turns and flips, or "none".
    - `random_background`: the share of images, 0 to 1, whose light field (the pixels above
      Otsu's threshold in green) gets a random colour; not for cells cut out on black, where it
      would replace the cell.
    - `colour_jitter`: brightness, contrast and saturation are each scaled by 1 plus or minus at
      most this, 0 to 1.

    Draws from torch's generator. Without these options the images are returned unchanged.
    """
    if recipe.turns != "none":
        images = _turned(images)
    if recipe.random_background:
        images = _before_random_colours(images, recipe.random_background)
    if recipe.colour_jitter:
        images = _recoloured(images, recipe.colour_jitter)
    return images


def dihedral(images: Tensor, view: int) -> Tensor:
    """Images (N, C, S, S) in one of the eight quarter turns and flips; `view` 0 is as given."""
    return torch.rot90(images.flip(3) if view >= 4 else images, view % 4, (2, 3))


def rotate(images: Tensor, degrees: Tensor, fill: str = "black") -> Tensor:
    """Rotate each image (N, C, H, W) about its centre by its own angle, counter-clockwise.

    - `degrees`: the angle of each image, shape (N,).
    - `fill`: what fills the corners, "black" (0, as in the published code) or "reflect".

    Nearest neighbour, one call per batch.

    Raises ValueError for

    - images that are not floating point or not of that shape;
    - angles that are not one per image, or not finite (NaN or infinite; checked on the CPU
      only);
    - an unknown `fill`.
    """
    check_choice("fill", fill, FILLS)
    check_tensor("images", images, "N", "C", "H", "W")
    _check_angles(degrees, len(images))
    angle = torch.deg2rad(degrees.to(images))
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    ratio = images.shape[2] / images.shape[3]  # the grid's axes run -1..1 whatever the sides
    matrix = torch.stack(
        [torch.stack([cos, -sin * ratio, zero], 1), torch.stack([sin / ratio, cos, zero], 1)], 1
    )
    grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
    padding = "reflection" if fill == "reflect" else "zeros"
    return F.grid_sample(images, grid, "nearest", padding, align_corners=False)


def _check_angles(degrees: Tensor, n: int) -> None:
    right = isinstance(degrees, Tensor) and degrees.shape == (n,) and not degrees.is_complex()
    if not right:
        raise ValueError(
            f"`degrees` must be a tensor with the angle of each image, shape ({n},), but was"
            f" {kind_of(degrees)}."
        )
    on_cpu = degrees.device.type == "cpu"  # reading a GPU's numbers would stall it
    if on_cpu and not degrees.isfinite().all():
        bad = int((~degrees.isfinite()).sum())
        raise ValueError(f"`degrees` must hold finite numbers, but {bad} are not.")


def light_field(images: Tensor, levels: int = 64) -> Tensor:
    """Which pixels of images (N, 3, H, W), values 0..1, are bright: a mask (N, 1, H, W).

    They are above Otsu's threshold (1979) in green, rounded to `levels` levels.
    """
    green = (images[:, 1].flatten(1) * (levels - 1)).round().clamp(0, levels - 1).long()
    counts = images.new_zeros(len(images), levels).scatter_add_(
        1, green, torch.ones_like(green).to(images)
    )
    below = counts.cumsum(1)
    total = (counts * torch.arange(levels, device=images.device)).cumsum(1)
    above = below[:, -1:] - below
    mean_below = total / below.clamp(min=1)
    mean_above = (total[:, -1:] - total) / above.clamp(min=1)
    between = below * above * (mean_below - mean_above).square()
    return (green > between.argmax(1, keepdim=True)).view_as(images[:, :1])


def _turned(images: Tensor) -> Tensor:
    views = torch.randint(8, (len(images),))
    turned = torch.empty_like(images)
    for view in views.unique().tolist():
        rows = (views == view).to(images.device)
        turned[rows] = dihedral(images[rows], view)
    return turned


def _before_random_colours(images: Tensor, share: float) -> Tensor:
    chosen = torch.rand(len(images), 1, 1, 1) < share
    colours = torch.rand(len(images), 3, 1, 1).to(images)
    return torch.where(light_field(images) & chosen.to(images.device), colours, images)


def _recoloured(images: Tensor, spread: float) -> Tensor:
    """torchvision's brightness, contrast and saturation, with factors for each image."""
    factors = 1 + spread * (2 * torch.rand(3, len(images), 1, 1, 1) - 1)
    brightness, contrast, saturation = factors.to(images)
    images = (brightness * images).clamp(0, 1)
    grey = _grey(images).mean(dim=(2, 3), keepdim=True)
    images = (contrast * images + (1 - contrast) * grey).clamp(0, 1)
    return (saturation * images + (1 - saturation) * _grey(images)).clamp(0, 1)


def _grey(images: Tensor) -> Tensor:
    return (images * _LUMA.to(images).view(1, 3, 1, 1)).sum(1, keepdim=True)
