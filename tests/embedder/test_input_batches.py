import numpy as np
import pytest
import torch

from bloodshot_lib.common.checks import check_images
from bloodshot_lib.embedder.input_batches import input_batches, on_device, to_input

CPU = torch.device("cpu")


def test_pixels_are_scaled_to_one_and_channels_stay_last():
    x = to_input(torch.full((2, 4, 4, 3), 255, dtype=torch.uint8), CPU)
    assert x.shape == (2, 3, 4, 4) and x.max() == 1 == x.min()
    assert x.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("kind", ["array", "memory map", "tensor"])
def test_batches_come_in_their_order_whatever_holds_the_images(kind, tmp_path):
    images = np.arange(5 * 2 * 2 * 3, dtype=np.uint8).reshape(5, 2, 2, 3)
    if kind == "memory map":
        np.save(tmp_path / "images.npy", images)
    held = {
        "array": images,
        "tensor": torch.from_numpy(images),
        "memory map": (
            np.load(tmp_path / "images.npy", mmap_mode="r") if kind == "memory map" else None
        ),
    }[kind]
    rows = [np.array([4, 0]), np.array([2]), slice(1, 4)]
    batches = list(input_batches(held, rows, CPU))
    for batch, row in zip(batches, rows, strict=True):
        np.testing.assert_array_equal(
            batch.mul(255).round().permute(0, 2, 3, 1).numpy(), images[row]
        )
    assert list(input_batches(held, [], CPU)) == []


def test_a_fault_while_preparing_reaches_the_caller():
    with pytest.raises(IndexError):
        list(
            input_batches(np.zeros((2, 2, 2, 3), np.uint8), [np.array([0]), np.array([7])], CPU)
        )


def test_images_stay_where_they_are_without_a_gpu():
    images = np.zeros((2, 2, 2, 3), np.uint8)
    assert on_device(images, CPU) is images


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((2, 16, 16, 3), np.uint8),
        np.zeros((2, 32, 32, 3), np.float32),
        np.zeros((32, 32, 3), np.uint8),
    ],
)
def test_images_of_another_size_or_type_are_refused(bad):
    with pytest.raises(
        ValueError,
        match=r"uint8 of shape \(N, 32, 32, 3\), but was .*load_images\(table, size=32\)",
    ):
        check_images(bad, 32)
