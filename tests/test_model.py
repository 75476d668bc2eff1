import pickle

import numpy as np
import pytest
import safetensors.torch
import torch

from bloodshot_lib import Embedder, embed
from bloodshot_lib.model import pick_device, to_input


@pytest.fixture(scope="module")
def embedder():
    torch.manual_seed(0)
    return Embedder("test_efficientnet", 32, mean=(0.5,) * 3, std=(0.25,) * 3, classes=("a", "b"), recipe={"epochs": 3})


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 255, (9, 32, 32, 3), dtype=np.uint8)


def test_embeddings_are_float32_in_order_and_do_not_depend_on_the_batch(embedder, images):
    Z = embed(embedder, images, batch_size=4)
    assert Z.shape == (9, embedder.dim) and Z.dtype == np.float32
    np.testing.assert_allclose(Z, embed(embedder, images, batch_size=9), atol=1e-5)
    np.testing.assert_allclose(Z[::-1], embed(embedder, images[::-1]), atol=1e-5)


def test_embedding_is_the_backbone_on_normalised_pixels_in_evaluation_mode(embedder, images):
    x = (torch.from_numpy(images).permute(0, 3, 1, 2) / 255 - 0.5) / 0.25
    embedder.train()
    Z = embed(embedder, images)
    assert not embedder.training
    with torch.no_grad():
        np.testing.assert_allclose(Z, embedder.backbone(x).numpy(), atol=1e-5)


def test_saved_weights_come_back_with_their_header(embedder, images, tmp_path):
    embedder.save(tmp_path / "e.safetensors")
    back = Embedder.load(tmp_path / "e.safetensors")
    assert back.header == embedder.header and back.classes == ("a", "b") and not back.training
    assert (embed(back, images) == embed(embedder, images)).all()


def test_files_that_are_not_ours_are_refused(tmp_path, embedder):
    with pytest.raises(FileNotFoundError, match=r"no weights file .*none.safetensors"):
        Embedder.load(tmp_path / "none.safetensors")
    (tmp_path / "weights.pt").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match=r"not a whole safetensors file.*never a pickle"):
        Embedder.load(tmp_path / "weights.pt")
    safetensors.torch.save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="without the header 'bloodshot-embedder-1'"):
        Embedder.load(tmp_path / "other.safetensors")
    embedder.save(tmp_path / "cut.safetensors")
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "cut.safetensors").read_bytes()[:-100])
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        Embedder.load(tmp_path / "cut.safetensors")


def test_a_batch_holds_at_least_one_image(embedder, images):
    with pytest.raises(ValueError, match="at least 1; got -1"):
        embed(embedder, images, batch_size=-1)


def test_an_unknown_backbone_names_the_nearest():
    with pytest.raises(ValueError, match=r"'eficientnet_b0' is none. Near: .*efficientnet_b0"):
        Embedder("eficientnet_b0")
    with pytest.raises(ValueError, match=r"'vgg11' does not take drop_path=0.2: set it to 0"):
        Embedder("vgg11", 32, drop_path=0.2)


@pytest.mark.parametrize("bad", [np.zeros((2, 16, 16, 3), np.uint8), np.zeros((2, 32, 32, 3), np.float32),
                                 np.zeros((32, 32, 3), np.uint8)])
def test_images_of_another_size_or_type_are_refused(embedder, bad):
    with pytest.raises(ValueError, match=r"uint8 of shape \(N, 32, 32, 3\); got .*load_images\(table, size=32\)"):
        embed(embedder, bad)


def test_the_reports_backbone_has_its_dimensions():
    embedder = Embedder("efficientnet_b0", 64, drop_path=0.2)
    assert embedder.dim == 1280
    rates = [m.drop_prob for m in embedder.modules() if type(m).__name__ == "DropPath"]
    assert max(rates) == pytest.approx(0.1875)


def test_pixels_are_scaled_to_one_and_channels_stay_last():
    x = to_input(np.full((2, 4, 4, 3), 255, np.uint8), torch.device("cpu"))
    assert x.shape == (2, 3, 4, 4) and x.max() == 1 == x.min()
    assert x.is_contiguous(memory_format=torch.channels_last)


def test_a_device_is_taken_by_name_or_found():
    assert pick_device("cpu").type == "cpu"
    assert pick_device().type in ("cpu", "cuda", "mps")
