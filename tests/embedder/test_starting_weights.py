from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_images

from bloodshot_lib import Embedder, train
from bloodshot_lib.embedder import public_weights
from bloodshot_lib.embedder.backbone import timm_backbone
from bloodshot_lib.embedder.public_weights import OFFLINE_BACKBONE, imagenet_weights
from bloodshot_lib.embedder.starting_weights import starting_embedder

PALACE, DAISY = 698, 985  # classes of ImageNet


def test_the_offline_weights_know_a_palace_and_a_daisy():
    state, mean, std = imagenet_weights(OFFLINE_BACKBONE)
    network = timm_backbone(OFFLINE_BACKBONE, num_classes=1000).eval()
    network.load_state_dict(state, strict=True)
    images = torch.from_numpy(np.stack(load_sample_images().images)).permute(0, 3, 1, 2) / 255
    x = F.interpolate(images[..., 106:534], (224, 224), mode="bicubic", antialias=True)
    with torch.inference_mode():
        named = network(
            (x - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
        ).argmax(1)
    assert named.tolist() == [PALACE, DAISY]


def test_a_pickle_that_was_not_checked_is_not_read(monkeypatch):
    monkeypatch.setattr(torch, "load", None)
    monkeypatch.setattr(public_weights, "_SHA256", "0" * 64)
    with pytest.raises(ValueError, match="is not the file that was checked"):
        imagenet_weights(OFFLINE_BACKBONE)


def test_weights_that_cannot_be_had_name_the_extra(monkeypatch):
    def no_network(*args, **options):
        raise OSError("no network")

    monkeypatch.setattr(public_weights, "timm_backbone", no_network)
    with pytest.raises(
        ValueError, match=r"weights of 'efficientnet_b0' \(no network\).*imagenet-offline"
    ):
        imagenet_weights("efficientnet_b0")


def test_what_timm_has_comes_with_its_mean_and_std(monkeypatch):
    network = timm_backbone("test_efficientnet")
    network.pretrained_cfg = {"mean": (0.1, 0.2, 0.3), "std": (0.4, 0.5, 0.6)}
    monkeypatch.setattr(public_weights, "timm_backbone", lambda *args, **options: network)
    embedder = starting_embedder("imagenet", "test_efficientnet", 32)
    assert embedder.header["mean"] == [0.1, 0.2, 0.3]
    assert embedder.std.flatten().tolist() == pytest.approx([0.4, 0.5, 0.6])
    ours, theirs = embedder.backbone.state_dict(), network.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_training_goes_on_from_an_embedder(tiny, tiny_set, tmp_path):
    first = train(tiny, *tiny_set).embedder
    first.save(tmp_path / "first.safetensors")
    start = starting_embedder(
        str(tmp_path / "first.safetensors"), tiny.backbone, tiny.image_size
    )
    assert all(
        torch.equal(a, b)
        for a, b in zip(first.state_dict().values(), start.state_dict().values(), strict=True)
    )
    on = train(
        replace(tiny, init=str(tmp_path / "first.safetensors"), lr=1e-9), *tiny_set
    ).embedder
    moved = [
        (a - b).abs().max() for a, b in zip(first.parameters(), on.parameters(), strict=True)
    ]
    assert max(moved) < 1e-6
    with pytest.raises(
        ValueError, match=r"an embedder of the same backbone, but .* is 'test_efficientnet', not"
    ):
        starting_embedder(str(tmp_path / "first.safetensors"), "resnet18", 32)
    with pytest.raises(FileNotFoundError, match="no weights file"):
        train(replace(tiny, init="nowhere"), *tiny_set)


def test_without_the_package_the_weights_are_timms(monkeypatch):
    monkeypatch.setattr(public_weights, "find_spec", lambda name: None)
    asked = []
    network = timm_backbone(OFFLINE_BACKBONE)
    monkeypatch.setattr(
        public_weights,
        "timm_backbone",
        lambda *args, **options: asked.append((args, options)) or network,
    )
    imagenet_weights(OFFLINE_BACKBONE)
    assert asked == [((OFFLINE_BACKBONE, None), {"pretrained": True})]


def test_a_public_network_is_an_embedder(tmp_path):
    ours = Embedder.pretrained(OFFLINE_BACKBONE, 48)
    start = starting_embedder("imagenet", OFFLINE_BACKBONE, 48).eval()
    x = torch.rand(2, 3, 48, 48)
    with torch.inference_mode():
        assert torch.equal(ours(x), start(x))
    ours.save(tmp_path / "lite0.safetensors")
    assert Embedder.load(tmp_path / "lite0.safetensors").header == ours.header
    assert not ours.training and ours.image_size == 48


def test_a_transformer_is_built_for_the_images_size():
    embedder = Embedder("test_vit", 96)
    with torch.inference_mode():
        assert embedder(torch.rand(1, 3, 96, 96)).shape == (1, embedder.dim)
