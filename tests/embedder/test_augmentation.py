import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import functional as TF

from bloodshot_lib import TrainConfig
from bloodshot_lib.data.laboratory_shifts import otsu
from bloodshot_lib.embedder.augmentation import (
    _recoloured,
    augment,
    dihedral,
    light_field,
)

OPTIONS = {
    "turns": "dihedral",
    "colour_jitter": 0.2,
    "random_background": 1.0,
}


@pytest.fixture
def images():
    torch.manual_seed(0)
    return torch.rand(6, 3, 16, 16)


def test_the_reports_recipe_leaves_images_as_they_are(images):
    assert augment(images, TrainConfig()) is images


@pytest.mark.parametrize("option", OPTIONS.items())
def test_each_option_varies_each_image_by_itself_within_bounds(option, images):
    same = images[:1].expand(6, -1, -1, -1)
    varied = augment(same, TrainConfig(**dict([option])))
    assert varied.shape == same.shape and varied.min() >= 0 and varied.max() <= 1
    assert len({tuple(image.flatten().tolist()) for image in varied}) > 1
    torch.manual_seed(3)
    first = augment(images, TrainConfig(**dict([option])))
    torch.manual_seed(3)
    assert torch.equal(first, augment(images, TrainConfig(**dict([option]))))


def test_the_eight_views_are_all_there_and_keep_every_pixel(images):
    views = [dihedral(images, view) for view in range(8)]
    assert torch.equal(views[0], images)
    assert all(
        torch.equal(v.flatten(2).sort().values, images.flatten(2).sort().values) for v in views
    )
    assert len({tuple(v[0].flatten().tolist()) for v in views}) == 8


def test_the_light_field_is_what_otsu_says():
    levels = (
        np.random.default_rng(1).choice([20, 40, 200, 240], (5, 3, 12, 12)).astype(np.float32)
    )
    images = torch.from_numpy(levels) / 255
    for image, field in zip(images, light_field(images, levels=256), strict=True):
        green = (image[1] * 255).round().numpy().astype(np.uint8)
        assert (field[0].numpy() == (green >= otsu(green))).all()


def test_backgrounds_change_the_field_alone_and_only_some():
    images = torch.full((200, 3, 8, 8), 0.9)
    images[:, :, 2:5, 2:5] = 0.2
    varied = augment(images, TrainConfig(random_background=0.3))
    assert torch.equal(varied[:, :, 2:5, 2:5], images[:, :, 2:5, 2:5])
    assert (varied[:, :, 0, 0] != 0.9).any(dim=1).float().mean().item() == pytest.approx(
        0.3, abs=0.1
    )


def test_colour_is_torchvisions(images):
    torch.manual_seed(5)
    ours = _recoloured(images, 0.2)
    torch.manual_seed(5)
    factors = 1 + 0.2 * (2 * torch.rand(3, len(images), 1, 1, 1) - 1)
    for image, result, (b, c, s) in zip(
        images, ours, factors.flatten(1).T.tolist(), strict=True
    ):
        expected = TF.adjust_saturation(
            TF.adjust_contrast(TF.adjust_brightness(image, b), c), s
        )
        assert torch.allclose(result, expected, atol=1e-5)
