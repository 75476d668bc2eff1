import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.preprocessing import normalize
from torch import nn

from bloodshot_lib import Embedder, FewShotClassifier, embed, load_images, occlusion_maps
from bloodshot_lib.embedder.side_by_side import SideBySide
from bloodshot_lib.embedder.starting_weights import starting_embedder
from bloodshot_lib.embedder.weights_file import read_header, read_weights, weights_key
from bloodshot_lib.own_cells.embedded_cells import How, embed_cells, list_cells

MEAN = {"mean": (0.5,) * 3, "std": (0.25,) * 3}


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    first = Embedder("test_resnet", 32, **MEAN, classes=("b", "c"), recipe={"epochs": 3})
    return first.eval(), Embedder("test_efficientnet", 24, classes=("a", "b")).eval()


@pytest.fixture(scope="module")
def both(pair):
    return Embedder.side_by_side(pair, weights=[1, 0.5])


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 255, (9, 32, 32, 3), dtype=np.uint8)


def _stand_in(size: int, network: nn.Module, dim: int) -> Embedder:
    """An embedder whose network is replaced by one that can be followed by hand."""
    embedder = Embedder("test_efficientnet", size)
    embedder.backbone, embedder.dim = network, dim
    return embedder


class _Colour(nn.Module):
    def forward(self, images):
        return images.mean(dim=(2, 3))


class _Grey(nn.Module):
    def forward(self, images):
        return -9 * images.mean(dim=(1, 2, 3))[:, None]


def test_embeddings_of_length_one_times_their_weights_stand_in_a_row():
    colour, grey = _stand_in(32, _Colour(), 3), _stand_in(16, _Grey(), 1)
    images = np.zeros((2, 32, 32, 3), np.uint8)
    images[0], images[1] = (30, 40, 0), (0, 0, 7)
    Z = embed(Embedder.side_by_side([colour, grey], [2, 0.5]), images, precision="float32")
    np.testing.assert_allclose(Z, [[1.2, 1.6, 0, -0.5], [0, 0, 2, -0.5]], atol=1e-6)
    Z = embed(Embedder.side_by_side([grey, colour]), images, precision="float32")
    np.testing.assert_allclose(Z, [[-1, 0.6, 0.8, 0], [-1, 0, 0, 1]], atol=1e-6)


@pytest.fixture(scope="module")
def stand_ins():
    return [_stand_in(32, nn.Flatten(), 3072), _stand_in(32, _Colour(), 3)]


@given(weights=st.lists(st.floats(0.01, 100), min_size=2, max_size=2), seed=st.integers(0, 99))
@settings(max_examples=25)
def test_each_part_is_that_networks_embedding_at_the_length_of_its_weight(stand_ins, weights, seed):
    pixels = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(seed))
    with torch.inference_mode():
        Z = SideBySide(stand_ins, weights)(pixels)
        for network, weight, own in zip(stand_ins, weights, Z.split([3072, 3], 1), strict=True):
            torch.testing.assert_close(own.norm(dim=1), torch.full((3,), weight))
            same = torch.cosine_similarity(own, network(pixels))
            torch.testing.assert_close(same, torch.ones(3))


def test_it_says_what_its_networks_are(pair, both):
    assert both.image_size == 32 and both.dim == 96 + 256 and not both.training
    assert both.classes == ("a", "b", "c"), "what its networks were trained on"
    assert both.header["backbone"] == "test_resnet 32 px + test_efficientnet 24 px"
    assert both.header["networks"] == [each.header for each in pair]
    assert both.header["networks"][0]["recipe"] == {"epochs": 3}
    assert both.header["weights"] == [1, 0.5]


@pytest.mark.parametrize("half", [False, True])
def test_it_is_saved_and_loaded_as_one(both, images, half, tmp_path):
    path = tmp_path / "both.safetensors"
    both.save(path, half)
    back = Embedder.load(path)
    assert back.header == both.header and back.dim == both.dim and not back.training
    header, tensors = read_weights(path)
    assert read_header(path) == header == both.header
    assert weights_key(header, tensors) == back.key
    ours, theirs = (embed(each, images, precision="float32") for each in (both, back))
    if half:
        assert (ours * theirs).sum(axis=1).min() > 0.9999 * 1.25 and back.key != both.key
    else:
        assert (ours == theirs).all() and back.key == both.key
    again = tmp_path / "again.safetensors"
    back.save(again, half)
    assert again.read_bytes() == path.read_bytes()


def test_what_is_kept_under_its_file_is_found_by_its_key(both, images, tmp_path):
    both.save(tmp_path / "both.safetensors")
    options = {"precision": "float32", "cache_dir": tmp_path / "kept"}
    Z = embed(tmp_path / "both.safetensors", images, **options)
    np.testing.assert_array_equal(embed(both, images, **options), Z)
    other = Embedder.side_by_side(list(both.backbone.networks), [1, 0.6])
    assert other.key != both.key and not np.allclose(embed(other, images, **options), Z)
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_side_by_side_may_stand_beside_another(pair, images, tmp_path):
    inner = Embedder.side_by_side(pair)
    third = Embedder("test_efficientnet", 40).eval()
    outer = Embedder.side_by_side([inner, third])
    outer.save(tmp_path / "outer.safetensors")
    back = Embedder.load(tmp_path / "outer.safetensors")
    assert (back.image_size, back.dim) == (40, inner.dim + third.dim)
    pixels = np.zeros((2, 40, 40, 3), np.uint8)
    assert (embed(back, pixels) == embed(outer, pixels)).all()


def test_weights_of_before_keep_their_key():
    embedder = Embedder.load("bloodshot-pbc-2")
    assert embedder.key == "8f07a51a44c99351" and "networks" not in embedder.header


def test_a_smaller_network_sees_what_pillow_would_show_it():
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(60, 200, (7, 7, 3), dtype=np.uint8))
    image = coarse.resize((48, 48), Image.Resampling.BICUBIC)
    small = np.asarray(image.resize((32, 32), Image.Resampling.BICUBIC), np.float32) / 255
    seen = []

    class Seen(_Colour):
        def forward(self, images):
            seen.append(images)
            return super().forward(images)

    parts = _stand_in(32, Seen(), 3), _stand_in(48, _Colour(), 3)
    embed(Embedder.side_by_side(parts), np.asarray(image)[None], precision="float32")
    error = np.abs(seen[-1][0].permute(1, 2, 0).numpy() - small) * 255
    assert error.max() < 1.01, "Pillow rounds to whole numbers, twice"


def test_a_real_cell_resized_is_nearly_the_cell_loaded_smaller(shared):
    files = sorted((shared / "bccd").rglob("*.jpg"))[::44]
    table = pd.DataFrame({"path": [str(file) for file in files]})
    small = Embedder.load("bloodshot-pbc-2")
    large = Embedder.side_by_side([_stand_in(192, _Colour(), 3), small])
    alone = normalize(embed(small, load_images(table, small.image_size), precision="float32"))
    beside = embed(large, load_images(table, 192), precision="float32")[:, 3:]
    assert (alone * beside).sum(axis=1).min() > 0.997


def test_eight_views_and_bfloat16(both, images):
    Z = embed(both, images, precision="float32", views=8)
    turned = np.ascontiguousarray(np.rot90(images, 1, (1, 2)))
    np.testing.assert_allclose(Z, embed(both, turned, precision="float32", views=8), atol=1e-5)
    Z = embed(both, images, precision="float32")
    short = embed(both, images, precision="bfloat16")
    assert short.dtype == np.float32 and (normalize(Z) * normalize(short)).sum(axis=1).min() > 0.999


def test_openvino_gives_the_same_embeddings(both, images):
    pytest.importorskip("openvino")
    Z = embed(both, images, precision="float32")
    same = embed(both, images, precision="float32", backend="openvino")
    assert (normalize(Z) * normalize(same)).sum(axis=1).min() > 0.999999


def test_it_can_be_exported_for_any_number_of_cells(both, images):
    cells = {0: torch.export.Dim("cells")}
    example = torch.zeros(2, 3, 32, 32)
    exported = torch.export.export(both, (example,), dynamic_shapes=(cells,)).module()
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    with torch.inference_mode():
        for n in (1, 9):
            torch.testing.assert_close(exported(pixels[:n]), both(pixels[:n]))


def test_occlusion_works_on_it(both, images):
    Z = embed(both, images, precision="float32")
    classifier = FewShotClassifier().fit(Z, [*"aabbabaab"])
    maps = occlusion_maps(both, classifier, images[:1], patch=16, stride=16)
    assert maps.shape == (1, 2, 2) and np.isfinite(maps).all() and maps.any()


def test_no_training_starts_from_several_networks(both, tmp_path):
    both.save(tmp_path / "both.safetensors")
    with pytest.raises(
        ValueError, match=r"`init` must be an embedder of the same backbone, but .* 24 px'"
    ):
        starting_embedder(str(tmp_path / "both.safetensors"), "test_efficientnet", 32)


def test_a_persons_folder_is_embedded_by_its_file(both, cells, tmp_path):
    both.save(tmp_path / "both.safetensors", half=True)
    how = How(weights=str(tmp_path / "both.safetensors"), device="cpu", no_cache=True)
    found = embed_cells(list_cells(cells, how), how)
    assert found.images.shape == (6, 32, 32, 3) and found.Z.shape == (6, both.dim)
    assert how.facts["backbone"] == both.header["backbone"]
    assert how.facts["image size"] == "32 px"
