import numpy as np
import pytest
from scipy import ndimage

from bloodshot_lib import load_images, read_image_folder, shift_images
from bloodshot_lib.data.laboratory_shifts import SHIFTS, cell_mask, otsu


@pytest.fixture
def cell():
    """A purple disc of 20 px across on a light field, a red cell in the corner, 48 px."""
    y, x = np.mgrid[:48, :48]
    image = np.full((48, 48, 3), (250, 230, 200), np.uint8)
    image[(y - 24) ** 2 + (x - 24) ** 2 <= 100] = (110, 60, 150)
    image[(y - 3) ** 2 + (x - 3) ** 2 <= 36] = (200, 150, 150)
    return image


@pytest.mark.parametrize("shift", SHIFTS)
def test_every_shift_changes_pixels_alone_and_always_alike(shift, cell):
    images = np.stack([cell, cell[::-1]])
    before = images.copy()
    shifted = shift_images(images, shift)
    assert shifted.shape == images.shape and shifted.dtype == np.uint8
    assert (shifted != images).any() and (images == before).all()
    assert (shift_images(images, shift) == shifted).all() and (
        shift_images(images[:1], shift)[0] == shifted[0]
    ).all()


def test_the_mask_is_the_cell_in_the_middle(cell):
    mask = cell_mask(cell)
    assert mask[24, 24] and not mask[3, 3]
    assert mask.sum() == pytest.approx(np.pi * 100, rel=0.05)
    cut = shift_images(cell[None], "cut-out")[0]
    assert (cut[~mask] == 0).all() and (cut[mask] == cell[mask]).all()
    hollow = cell.copy()
    hollow[22:27, 22:27] = 255
    assert cell_mask(hollow)[24, 24], "holes belong to the cell"
    assert cell_mask(np.full((9, 9, 3), 99, np.uint8)).all(), "without a cell nothing is cut out"


def test_otsu_parts_two_heaps_and_agrees_with_trying_every_level():
    assert 10 < otsu(np.repeat(np.array([10, 200], np.uint8), 50)) <= 200
    values = np.random.default_rng(0).choice([30, 35, 60, 170, 190, 220], 500).astype(np.uint8)
    within = {
        t: (
            (values < t).mean() * values[values < t].var()
            + (values >= t).mean() * values[values >= t].var()
        )
        for t in range(31, 221)
    }
    assert within[otsu(values)] == pytest.approx(min(within.values()))


def test_blur_and_resolution_lose_detail_and_stain_keeps_white(cell):
    def detail(image):
        return np.abs(ndimage.laplace(image[..., 1].astype(float))).mean()

    assert detail(shift_images(cell[None], "blur")[0]) < 0.7 * detail(cell)
    assert detail(shift_images(cell[None], "resolution")[0]) < 0.7 * detail(cell)
    white = np.full((1, 8, 8, 3), 255, np.uint8)
    assert (shift_images(white, "stain") >= 254).all()


def test_real_cells_are_cut_out_around_their_nucleus(shared):
    images = load_images(read_image_folder(shared / "pbc_128px").groupby("label").head(8), 96)
    masks = np.array([cell_mask(image) for image in images])
    green = images[..., 1].astype(float)
    inside, outside = (
        np.array([g[m].mean() for g, m in zip(green, part, strict=True)])
        for part in (masks, ~masks)
    )
    assert (outside - inside > 30).mean() > 0.95
    assert (masks.mean(axis=(1, 2)) < 0.6).mean() > 0.95


def test_no_image_is_shifted_to_none(cell):
    assert shift_images(cell[None][:0], "blur").shape == (0, 48, 48, 3)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("side", [1, 2, 5])
def test_images_of_a_few_pixels_are_shifted_too(shift, side):
    images = np.full((2, side, side, 3), 99, np.uint8)
    assert shift_images(images, shift).shape == images.shape
