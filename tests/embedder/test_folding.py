import numpy as np
import pytest
import torch
from torch import nn

from bloodshot_lib import Embedder, embed
from bloodshot_lib.embedder.folding import folded

CPU = torch.device("cpu")


def _norms(network: nn.Module) -> int:
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def _shaken(network: nn.Module) -> nn.Module:
    """The same, with batch normalisations as a training leaves them."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
    return network.eval()


def _holding(network: nn.Module) -> Embedder:
    embedder = Embedder("test_efficientnet", 16)
    embedder.backbone = nn.Sequential(network, nn.Flatten())
    return _shaken(embedder)


def test_a_folded_convolution_has_the_constants_in_its_filter_and_bias():
    embedder = _holding(nn.Sequential(nn.Conv2d(3, 1, 1, bias=False), nn.BatchNorm2d(1, eps=1)))
    convolution, norm = embedder.backbone[0]
    convolution.weight.data[:] = 2
    norm.running_mean[:], norm.running_var[:] = 1, 3  # with eps: divided by 2
    norm.weight.data[:], norm.bias.data[:] = 3, 1
    ours, rest = folded(embedder, CPU).backbone[0]
    assert ours.weight.flatten().tolist() == [3, 3, 3] and ours.bias.tolist() == [-0.5]
    assert isinstance(rest, nn.Identity)


@pytest.mark.parametrize(
    "backbone, left", [("tf_efficientnet_lite0", 0), ("resnet18", 0), ("resnetv2_50", 17)]
)
def test_networks_embed_as_before_and_stay_themselves(backbone, left):
    embedder = _shaken(Embedder(backbone, 32))
    before, pixels = embedder.key, torch.rand(4, 3, 32, 32)
    ours = folded(embedder, CPU)
    assert _norms(embedder) > _norms(ours) == left, "one before its convolution stays"
    with torch.inference_mode():
        same = torch.cosine_similarity(embedder(pixels), ours(pixels))
    assert same.min() > 0.999999 and embedder.key == before


class _Twice(nn.Module):
    """What the convolution puts out is used once more, past the normalisation."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 3, 3), nn.BatchNorm2d(3)

    def forward(self, images):
        out = self.conv(images)
        return out - self.norm(out)


class _Shared(nn.Module):
    """One normalisation after two convolutions."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.norm = (
            nn.Conv2d(3, 3, 3),
            nn.Conv2d(3, 3, 3),
            nn.BatchNorm2d(3),
        )

    def forward(self, images):
        return self.norm(self.second(self.norm(self.first(images))))


@pytest.mark.parametrize(
    "network",
    [
        nn.Conv2d(3, 2, 3),
        nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 2, 3)),
        nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.BatchNorm2d(2)),
        _Twice(),
        _Shared(),
    ],
)
def test_what_cannot_be_folded_is_left_as_it_is(network):
    embedder = _holding(network)
    assert folded(embedder, CPU) is embedder


def test_a_training_goes_on_after_an_embedding_as_it_would_have():
    embedder = _shaken(Embedder("test_efficientnet", 32)).train()
    state = {name: value.clone() for name, value in embedder.state_dict().items()}
    drawn = torch.get_rng_state()
    embed(embedder, np.zeros((3, 32, 32, 3), np.uint8))
    assert torch.equal(drawn, torch.get_rng_state()), "no random number is taken"
    assert all(torch.equal(value, state[name]) for name, value in embedder.state_dict().items())
