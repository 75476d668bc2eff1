"""Folders as a person has them: coloured discs in class folders, and more of them unlabelled."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bloodshot_lib import Embedder
from bloodshot_lib.own_cells.command_line import main

COLOURS = {"ape": (200, 40, 40), "bee": (40, 200, 40), "cat": (40, 40, 200)}


def disc(path, colour, rng, size=40):
    """A disc of about that colour, no two alike."""
    image = Image.new("RGB", (size, size), "white")
    shade = tuple(int(c) for c in np.clip(np.array(colour) + rng.normal(0, 12, 3), 0, 255))
    edge = int(rng.integers(4, 9))
    ImageDraw.Draw(image).ellipse([edge, edge, size - edge, size - edge], fill=shade)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """A tiny network, untrained, which sees colours all the same."""
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        Embedder("test_efficientnet", 32).save(path)
    return path


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """`labelled` with four discs a class, `cells` with nine more, as the working folder's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    rng = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        for number in range(4):
            disc(tmp_path / "labelled" / label / f"P{number % 2}_{label}{number}.png", colour, rng)
        for number in range(3):
            disc(tmp_path / "cells" / f"{label}_{number}.png", colour, rng)
    return tmp_path


@pytest.fixture
def bloodshot(weights, capsys):
    """Run the command quietly, with the tiny weights if any: exit status, output, errors."""

    def run(verb, *arguments):
        by = () if verb in ("compare", "forget", "crop") else ("--weights", weights)
        status = main([*map(str, (verb, *arguments, *by)), "-q"])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run
