import pickle

import numpy as np
import pytest
import safetensors.torch
import torch
from sklearn.preprocessing import normalize

from bloodshot_lib import Embedder, embed


@pytest.fixture(scope="module")
def embedder():
    torch.manual_seed(0)
    return Embedder(
        "test_efficientnet",
        32,
        mean=(0.5,) * 3,
        std=(0.25,) * 3,
        classes=("a", "b"),
        recipe={"epochs": 3},
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 255, (9, 32, 32, 3), dtype=np.uint8)


def test_saved_weights_come_back_with_their_header(embedder, images, tmp_path):
    embedder.save(tmp_path / "e.safetensors")
    back = Embedder.load(tmp_path / "e.safetensors")
    assert back.header == embedder.header and back.classes == ("a", "b") and not back.training
    assert (embed(back, images) == embed(embedder, images)).all()


def test_half_precision_takes_half_the_space_and_hardly_moves_an_embedding(tmp_path):
    embedder = Embedder.load("bloodshot-pbc-2")
    embedder.save(tmp_path / "whole.safetensors")
    embedder.save(tmp_path / "half.safetensors", half=True)
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("whole", "half")]
    assert sizes[1] < 0.52 * sizes[0]
    back = Embedder.load(tmp_path / "half.safetensors")
    assert all(value.dtype == torch.float32 for value in back.parameters())
    images = np.random.default_rng(1).integers(0, 255, (4, 128, 128, 3), dtype=np.uint8)
    Z, Z_half = (normalize(embed(e, images, precision="float32")) for e in (embedder, back))
    assert (Z * Z_half).sum(axis=1).min() > 0.9999


def test_what_the_last_stages_see_stands_beside_the_embedding(embedder, images, tmp_path):
    told = {name: embedder.header[name] for name in ("mean", "std", "classes")}
    both = Embedder("test_efficientnet", 32, inner=0.5, **told)
    both.load_state_dict(embedder.state_dict())
    seen = []
    hooks = [
        block.register_forward_hook(lambda _, given, out: seen.append(out.mean(dim=(2, 3)).numpy()))
        for block in embedder.backbone.blocks[-2:]
    ]
    with torch.inference_mode():
        outer = embedder.eval()(torch.from_numpy(images).permute(0, 3, 1, 2) / 255).numpy()
    for hook in hooks:
        hook.remove()
    Z = embed(both.eval(), images, precision="float32")
    expected = [normalize(outer), *(0.5 * normalize(each) for each in seen)]
    np.testing.assert_allclose(Z, np.hstack(expected), atol=1e-5)
    assert Z.shape == (9, both.dim)
    both.save(tmp_path / "both.safetensors")
    back = Embedder.load(tmp_path / "both.safetensors")
    assert back.header["inner"] == 0.5 and (embed(back, images, precision="float32") == Z).all()
    assert "inner" not in embedder.header, "the keys of earlier weights stay"


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
    (tmp_path / "cut.safetensors").write_bytes(
        (tmp_path / "cut.safetensors").read_bytes()[:-100]
    )
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        Embedder.load(tmp_path / "cut.safetensors")


def test_an_unknown_backbone_names_the_nearest():
    with pytest.raises(ValueError, match=r"'eficientnet_b0' is not. Similar: .*efficientnet_b0"):
        Embedder("eficientnet_b0")
    with pytest.raises(ValueError, match=r"'vgg11' does not take drop_path=0.2: set it to 0"):
        Embedder("vgg11", 32, drop_path=0.2)


def test_the_reports_backbone_has_its_dimensions():
    embedder = Embedder("efficientnet_b0", 64, drop_path=0.2)
    assert embedder.dim == 1280
    rates = [m.drop_prob for m in embedder.modules() if type(m).__name__ == "DropPath"]
    assert max(rates) == pytest.approx(0.1875)
