"""Bad inputs of recipes, networks, trainings, embeddings, profiles and experiments."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from sklearn.exceptions import NotFittedError

import bloodshot_lib as bs
from tests.bad_inputs import Bad
from tests.bad_inputs.kit import Kit

RECIPES = [
    ({"loss": "softmx"}, r"`loss` is one of .*Did you mean 'softmax'"),
    ({"loss": None}, r"`loss` is text; got None"),
    ({"loss": ["aam"]}, r"`loss` is text; got \['aam'\]"),
    ({"backbone": 5}, r"`backbone` is text; got 5"),
    ({"backbone": ""}, r"`backbone` and `init` are names; got ''"),
    ({"init": Path("weights")}, r"`init` is text"),
    ({"image_size": 0}, r"`image_size` lies between 1 and 4096; got 0"),
    ({"image_size": 10**9}, r"`image_size` lies between 1 and 4096"),
    ({"image_size": "224"}, r"`image_size` is a whole number; got '224'"),
    ({"epochs": 0}, r"`epochs` is at least 1; got 0"),
    ({"epochs": 1.5}, r"`epochs` is a whole number; got 1.5"),
    ({"epochs": True}, r"`epochs` is a whole number; got True"),
    ({"epochs": None}, r"`epochs` is a whole number; got None"),
    ({"batch_size": 1}, r"`batch_size` is at least 2; got 1"),
    ({"batch_size": 32.0}, r"`batch_size` is a whole number; got 32.0"),
    ({"shuffle": "no"}, r"`shuffle` is true or false; got 'no'"),
    ({"shuffle": 1}, r"`shuffle` is true or false; got 1"),
    ({"lr": "0.1"}, r"`lr` is a number; got '0.1'"),
    ({"lr": 0}, r"`lr` is above 0; got 0.0"),
    ({"lr": -1e-3}, r"`lr` is above 0; got -0.001"),
    ({"lr": float("nan")}, r"`lr` is a number; got nan"),
    ({"lr": float("inf")}, r"`lr` is a number; got inf"),
    ({"margin_deg": -1}, r"`margin_deg` lies between 0 and 180; got -1"),
    ({"margin_deg": 200}, r"`margin_deg` lies between 0 and 180; got 200"),
    ({"scale": 0}, r"`scale` is above 0; got 0"),
    ({"n_outputs": 0}, r"`n_outputs` is at least 1; got 0"),
    ({"n_outputs": 11.0}, r"`n_outputs` is a whole number or nothing; got 11.0"),
    ({"consistency": -1}, r"`consistency` is at least 0; got -1"),
    ({"drop_path": 2}, r"`drop_path` lies between 0 and 1; got 2"),
    ({"norm": "layer"}, r"`norm` is one of batch, frozen; got 'layer'"),
    ({"norm": "frozen"}, r"random weights have none\. Give an `init`"),
    ({"turns": "left"}, r"`turns` is one of none, dihedral, free; got 'left'"),
    ({"turns": True}, r"`turns` is text; got True"),
    ({"colour_jitter": -1}, r"`colour_jitter` lies between 0 and 1"),
    ({"white_balance": 1.5}, r"`white_balance` lies between 0 and 1; got 1.5"),
    ({"random_background": 1.1}, r"`random_background` lies between 0 and 1; got 1.1"),
    ({"schedule": "step"}, r"`schedule` is one of constant, cosine; got 'step'"),
    ({"average": 1}, r"`average` lies between 0 and 1; got 1"),
    ({"seed": -1}, r"`seed` lies between 0 and \d+; got -1"),
    ({"seed": 1.0}, r"`seed` is a whole number; got 1.0"),
    ({"seed": 2**40}, r"`seed` lies between 0 and \d+"),
]

# what `train` and `fit_or_load` refuse alike: images, labels, further arguments
SETS: list[tuple[Callable[[Kit], dict], str]] = [
    (lambda kit: {"recipe": None}, r"`recipe` is a TrainConfig.*got None"),
    (lambda kit: {"recipe": {"epochs": 1}}, r"`recipe` is a TrainConfig"),
    (
        lambda kit: {"images": kit.images.tolist()},
        r"`images` are uint8 of shape \(N, 32, 32, 3\); got list",
    ),
    (lambda kit: {"images": kit.images / 255}, r"`images` are uint8 .* got float64"),
    (lambda kit: {"images": kit.images[:, :16, :16]}, r"got uint8 \(12, 16, 16, 3\)"),
    (lambda kit: {"images": kit.images[..., 0]}, r"got uint8 \(12, 32, 32\)"),
    (lambda kit: {"images": None}, r"`images` are uint8 .* got NoneType"),
    (lambda kit: {"images": kit.images[:0], "labels": []}, r"`images` holds no image"),
    (lambda kit: {"labels": kit.labels[1:]}, r"`labels` .* got 11 for 12 images"),
    (lambda kit: {"labels": [None, *kit.labels[1:]]}, r"1 of 12 `labels` are missing"),
    (lambda kit: {"labels": [float("nan"), *kit.labels[1:]]}, r"1 of 12 `labels` are missing"),
    (lambda kit: {"labels": ["", *kit.labels[1:]]}, r"1 of 12 `labels` are empty strings"),
    (lambda kit: {"labels": "ape"}, r"`labels` is a list, column or array.*got str 'ape'"),
    (lambda kit: {"labels": None}, r"`labels` is a list, column or array.*got NoneType"),
    (
        lambda kit: {"labels": kit.table},
        r"`labels` is a list, column or array.*got a DataFrame",
    ),
    (
        lambda kit: {"labels": [[label] for label in kit.labels]},
        r"`labels` is a list, column or array.*of lists",
    ),
    (lambda kit: {"labels": ["ape"] * 12}, r"at least two classes; got \['ape'\]"),
    (
        lambda kit: {"recipe": replace(kit.recipe, n_outputs=1)},
        r"`n_outputs` is at least the number of classes, 2",
    ),
    (
        lambda kit: {"validation": kit.images},
        r"`validation` is a pair, images and labels; got ndarray",
    ),
    (lambda kit: {"validation": (kit.images,)}, r"`validation` is a pair"),
    (
        lambda kit: {"validation": (kit.images, kit.labels[1:])},
        r"`validation labels` .* got 11 for 12",
    ),
    (
        lambda kit: {"validation": (kit.images, ["cat"] * 12)},
        r"\['cat'\] are not among the training classes",
    ),
    (lambda kit: {"validation": (kit.images[:0], [])}, r"`validation images` holds no image"),
    (
        lambda kit: {"validation": (kit.images[:, 1:], kit.labels)},
        r"`validation images` are uint8",
    ),
    (lambda kit: {"progress": "yes"}, r"`progress` is True or False; got 'yes'"),
    (lambda kit: {"objective": "triplet"}, r"`objective` is a function or a class; got 'triplet'"),
    (lambda kit: {"objective": None}, r"`objective` is a function or a class; got None"),
    (lambda kit: {"device": "gpu"}, r"`device` is .*got 'gpu'"),
    (lambda kit: {"device": None}, r"`device` is .*got None"),
    (
        lambda kit: {"recipe": replace(kit.recipe, backbone="efficientnet")},
        r"'efficientnet' is not. Similar:",
    ),
    (
        lambda kit: {"recipe": replace(kit.recipe, init="bloodshot-pbc")},
        r"`init` is an embedder of the same backbone",
    ),
    (
        lambda kit: {"recipe": replace(kit.recipe, loss="softmax", lr=1e30, epochs=4)},
        r"NaN or infinite|not finite",
    ),
]


def _call(function: Callable, kit: Kit, change: dict, **more: object) -> None:
    arguments = {"recipe": kit.recipe, "images": kit.images, "labels": kit.labels}
    function(**arguments | more | change)


def _occlude(kit: Kit, **change: object) -> None:
    embedder = bs.Embedder("test_efficientnet", 32)
    rng = np.random.default_rng(0)
    supports = rng.normal(size=(len(kit.labels), embedder.dim))
    classifier = bs.FewShotClassifier().fit(supports, kit.labels)
    given = {"embedder": embedder, "classifier": classifier, "images": kit.images[:1]}
    bs.occlusion_maps(**given | change)


def _crafted(
    kit: Kit,
    change: Callable[[dict, dict], None] = lambda header, state: None,
    header: object = None,
) -> Path:
    """A weights file whose header or tensors are not what `save` writes."""
    embedder = bs.Embedder("test_efficientnet", 32)
    ours, state = dict(embedder.header), {
        k: v.clone() for k, v in embedder.state_dict().items()
    }
    change(ours, state)
    path = kit.path("weights") / "crafted.safetensors"
    text = json.dumps(ours if header is None else header)
    safetensors.torch.save_file(state, path, {"bloodshot": text})
    return path


def _header(**changes: object) -> Callable[[dict, dict], None]:
    return lambda header, state: header.update(changes)


def _without(name: str) -> Callable[[dict, dict], None]:
    return lambda header, state: header.pop(name)


def _nan(header: dict, state: dict) -> None:
    next(iter(state.values()))[:] = float("nan")


def _wider(header: dict, state: dict) -> None:
    name = next(iter(state))
    state[name] = torch.zeros(*state[name].shape, 2)


CRAFTED = [
    (_header(format="bloodshot-embedder-9"), r"without the header 'bloodshot-embedder-1'"),
    (_without("format"), r"without the header"),
    (_without("backbone"), r"its header lacks backbone"),
    (_without("image_size"), r"its header lacks image_size"),
    (_header(backbone="none"), r"'none' is not. Similar"),
    (_header(backbone=None), r"`backbone` is a timm model"),
    (_header(backbone=["test_efficientnet"]), r"`backbone` is a timm model"),
    (_header(backbone="test_vit"), r"does not describe its network correctly"),
    (_header(image_size=10**9), r"`image_size` is a whole number, 1 to 4096; got 1000000000"),
    (_header(image_size=-3), r"`image_size` is a whole number, 1 to 4096; got -3"),
    (_header(image_size="32"), r"`image_size` is a whole number"),
    (_header(mean=[0.5]), r"`mean` is one number for each of red, green and blue; got \[0.5\]"),
    (_header(mean="grey"), r"`mean` is one number for each"),
    (_header(std=[0, 0, 0]), r"`std` is above 0"),
    (_header(std=[1, 1, "1"]), r"`std` is a number; got '1'"),
    (_header(drop_path=7), r"`drop_path` lies between 0 and 1; got 7"),
    (_header(drop_path="some"), r"`drop_path` is a number; got 'some'"),
    (_header(norm="group"), r"its `norm`, 'group', is no longer supported"),
    (_header(classes="ape"), r"`classes` is a list of names; got 'ape'"),
    (_header(classes=[1, 2]), r"`classes` is a list of names; got \[1, 2\]"),
    (_header(recipe=[1]), r"`recipe` is a table of settings; got \[1\]"),
    (_nan, r"weights that are NaN or infinite"),
    (_wider, r"does not describe its network correctly"),
    (
        lambda header, state: state.pop(next(iter(state))),
        r"does not describe its network correctly .*Missing key",
    ),
    (
        lambda header, state: state.update(extra=torch.zeros(1)),
        r"does not describe its network .*Unexpected key",
    ),
]
HEADERS = [
    ([1, 2], r"without the header"),
    ("text", r"without the header"),
    ({}, r"without the header"),
]


def _written(kit: Kit, content: bytes, name: str = "weights.safetensors") -> Path:
    path = kit.path("weights") / name
    path.write_bytes(content)
    return path


PROFILE = """
title = "mine"
[source]
reader = "image_folder"
root = "cells"
split = { train = 0.5, val = 0.25, test = 0.25 }
[target]
reader = "image_folder"
root = "cells"
split = { pool = 0.5, query = 0.5 }
[train]
backbone = "test_efficientnet"
image_size = 32
[arms]
aam = { loss = "aam" }
"""


def _mine(kit: Kit, text: str = PROFILE) -> bs.Profile:
    path = kit.path("profile") / "mine.toml"
    path.write_text(text)
    return bs.load_profile(path)


def _cells(kit: Kit) -> bs.Cells:
    return bs.Cells(kit.table, kit.images, kit.table["label"], np.arange(len(kit.table)))


PROFILES = [
    ("title", "titel", r"unknown key 'titel'. Did you mean 'title'"),
    ('title = "mine"', "title = 3", r"`title` is text; got 3"),
    ('title = "mine"', "title = ", r"is not valid TOML"),
    (
        'title = "mine"',
        'title = "mine"\nseeds = "123"',
        r"`seeds` is a list, each entry a whole number",
    ),
    (
        'title = "mine"',
        'title = "mine"\nseeds = [1.5]',
        r"`seeds` is a list, each entry a whole number",
    ),
    (
        'title = "mine"',
        'title = "mine"\nseeds = [-1]',
        r"`seeds` names .*none of them twice or below 0",
    ),
    (
        'title = "mine"',
        'title = "mine"\nmargin_on = "BAS"',
        r"`margin_on` is a whole number or nothing",
    ),
    ('title = "mine"', 'title = "mine"\nnote = 1', r"`note` is text"),
    (
        'title = "mine"',
        'title = "mine"\nsynthetic = true',
        r"`synthetic` is a table or nothing",
    ),
    ('"image_folder"', '"folder"', r"`reader` is one of .*; got 'folder'"),
    ('"image_folder"', "7", r"`reader` is text; got 7"),
    ('root = "cells"', "root = 1", r"`root` is text; got 1"),
    ('root = "cells"', "", r"missing 1 required positional argument: 'root'"),
    ("train = 0.5", "train = 0.6", r"shares of `split` sum to 1; .* sum to 1.1"),
    ("train = 0.5", 'train = "half"', r"`split` is a table, each value a number"),
    ("query = 0.5", "rest = 0.5", r"`split` draws pool, rest, not query"),
    (
        "[target]",
        'expect = { ape = "six" }\n[target]',
        r"`expect` is a table, each value a whole number",
    ),
    ("[target]", "cap = -1\n[target]", r"`cap` is at least 1; got -1"),
    ("[target]", "cap = 2.5\n[target]", r"`cap` is a whole number or nothing"),
    ("[target]", 'unique_files = "yes"\n[target]', r"`unique_files` is true or false"),
    ("[target]", 'classes = "ape"\n[target]', r"`classes` is a list, each entry text"),
    ("[target]", "split_seed = -1\n[target]", r"`split_seed` is at least 0"),
    (
        "[target]",
        "options = { labeled = true }\n[target]",
        r"`source.options` is one of .* got 'labeled'",
    ),
    ("[arms]", "[episodes]\nk = -3\n[arms]", r"`k` is at least 1; got -3"),
    ("[arms]", "[episodes]\nk = 2.5\n[arms]", r"`k` is a whole number; got 2.5"),
    ("[arms]", '[episodes]\nks = ["1"]\n[arms]', r"`ks` is a list, each entry a whole number"),
    (
        "[arms]",
        "[episodes]\nks = [0]\n[arms]",
        r"`ks` are different numbers of shots, at least 1",
    ),
    ("[arms]", "[episodes]\nn_episodes = 0\n[arms]", r"`n_episodes` is at least 1; got 0"),
    ("[arms]", '[episodes]\nmethod = "ldaa"\n[arms]', r"`method` is one of .*got 'ldaa'"),
    (
        "[arms]",
        '[episodes]\ndraw = "random"\n[arms]',
        r"`draw` is one of nested, paper; got 'random'",
    ),
    ("[arms]", '[episodes]\nnormalise = "no"\n[arms]', r"`normalise` is true or false"),
    (
        'aam = { loss = "aam" }',
        'aam = { los = "aam" }',
        r"\[arms\] 'aam' of mine.toml has the unknown key 'los'",
    ),
    ('aam = { loss = "aam" }', 'aam = { loss = "am" }', r"`loss` is one of"),
    (
        'aam = { loss = "aam" }',
        'aam = { epochs = "3" }',
        r"`epochs` is a whole number; got '3'",
    ),
]

TWINS = [
    ({"source_cells": 0}, r"`source_cells` is a whole number, at least 300; got 0"),
    ({"source_cells": 299}, r"`source_cells` is a whole number, at least 300; got 299"),
    ({"source_cells": 400.5}, r"`source_cells` is a whole number"),
    ({"target_cells": -1}, r"`target_cells` is a whole number, at least 300; got -1"),
    ({"scale": 0}, r"`scale` lies between 0.05 and 4; got 0"),
    ({"scale": "half"}, r"`scale` is a number; got 'half'"),
    ({"seed": -1}, r"`seed` is a whole number, at least 0; got -1"),
    ({"seed": None}, r"`seed` is a whole number"),
    ({"full": "yes"}, r"`full` is True or False; got 'yes'"),
]

UNTRAINED = [
    (lambda kit: (None, ["ape", "bee"]), r"`recipe` is a TrainConfig.*got None"),
    (lambda kit: (kit.recipe, "ape"), r"`classes` is a list, column or array"),
    (lambda kit: (kit.recipe, ["ape"]), r"at least two classes"),
    (lambda kit: (kit.recipe, ["ape", None]), r"1 of 2 `classes` are missing"),
]

CASES = [
    *(
        Bad("untrained", lambda kit, a=arguments: bs.untrained(*a(kit)), words)
        for arguments, words in UNTRAINED
    ),
    *(
        Bad("TrainConfig", lambda kit, c=change: bs.TrainConfig(**c), words)
        for change, words in RECIPES
    ),
    Bad(
        "TrainConfig.recommended",
        lambda kit: bs.TrainConfig.recommended(epochs=0),
        r"`epochs` is at least 1",
    ),
    *(
        Bad("train", lambda kit, c=change: _call(bs.train, kit, c(kit)), words)
        for change, words in SETS
    ),
    *(
        Bad(
            "fit_or_load",
            lambda kit, c=change: _call(
                bs.fit_or_load, kit, c(kit), artifacts=kit.path("artifacts")
            ),
            words,
        )
        for change, words in SETS
    ),
    Bad(
        "fit_or_load",
        lambda kit: _call(bs.fit_or_load, kit, {"artifacts": kit.table["path"][0]}),
        r"Nothing can be written in .*Set BLOODSHOT_ARTIFACTS",
        OSError,
    ),
    Bad(
        "fit_or_load",
        lambda kit: _call(bs.fit_or_load, kit, {"artifacts": 5}),
        r"`artifacts` is a folder's path",
    ),
    Bad(
        "train",
        lambda kit: _call(bs.train, kit, {"checkpoint": _written(kit, b"no checkpoint")}),
        r"is not a whole checkpoint",
    ),
    Bad(
        "train",
        lambda kit: _call(bs.train, kit, {"checkpoint": kit.cells}),
        r"is a file's path; .* is a folder",
    ),
    Bad(
        "train",
        lambda kit: _call(
            bs.train, kit, {"checkpoint": kit.folder / "no folder/c.safetensors"}
        ),
        r"Nothing can be written in .*no folder",
        OSError,
    ),
    *(
        Bad("Embedder.load", lambda kit, c=change: bs.Embedder.load(_crafted(kit, c)), words)
        for change, words in CRAFTED
    ),
    *(
        Bad(
            "Embedder.load",
            lambda kit, h=header: bs.Embedder.load(_crafted(kit, header=h)),
            words,
        )
        for header, words in HEADERS
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load(_written(kit, b"")),
        r"not a whole safetensors file",
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load(_written(kit, b"\x80\x04pickle", "w.pt")),
        r"never a pickle",
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load("bloodshot-pcb"),
        r"Released with this version: bloodshot-pbc",
        FileNotFoundError,
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load(None),
        r"a file's path or a released name; got None",
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load(""),
        r"a file's path or a released name; got ''",
    ),
    Bad(
        "Embedder.load",
        lambda kit: bs.Embedder.load(kit.cells),
        r"There is no weights file",
        FileNotFoundError,
    ),
    Bad(
        "Embedder.save",
        lambda kit: bs.Embedder("test_efficientnet", 32).save(kit.cells),
        r"is a folder. Add a name",
    ),
    Bad(
        "Embedder.save",
        lambda kit: bs.Embedder("test_efficientnet", 32).save(
            kit.folder / "none/e.safetensors"
        ),
        r"Nothing can be written in",
        OSError,
    ),
    Bad(
        "Embedder", lambda kit: bs.Embedder("eficientnet_b0"), r"'eficientnet_b0' is not. Similar"
    ),
    Bad(
        "Embedder", lambda kit: bs.Embedder(None), r"`backbone` is a timm model; 'None' is not"
    ),
    Bad(
        "Embedder",
        lambda kit: bs.Embedder("test_efficientnet", 0),
        r"`image_size` is a whole number, 1 to 4096",
    ),
    Bad(
        "Embedder",
        lambda kit: bs.Embedder("test_efficientnet", 32.0),
        r"`image_size` is a whole number",
    ),
    Bad(
        "Embedder",
        lambda kit: bs.Embedder("test_efficientnet", 32, mean=0.5),
        r"`mean` is one number for each",
    ),
    Bad(
        "Embedder",
        lambda kit: bs.Embedder("test_efficientnet", 32, std=(1, 1, 0)),
        r"`std` is above 0; got 0",
    ),
    Bad(
        "Embedder",
        lambda kit: bs.Embedder("test_efficientnet", 32, drop_path=-1),
        r"`drop_path` lies between",
    ),
    Bad(
        "Objective",
        lambda kit: bs.Objective({"loss": "aam"}, 3, 2),
        r"`recipe` is a TrainConfig.*got {'loss': 'aam'}",
    ),
    Bad(
        "Objective",
        lambda kit: bs.Objective(kit.recipe, 0, 2),
        r"`n_classes` is a whole number, at least 1; got 0",
    ),
    Bad(
        "embed",
        lambda kit: bs.embed("bloodshot-pbc", kit.images),
        r"`embedder` is an Embedder.*got str",
    ),
    Bad(
        "embed",
        lambda kit: bs.embed(torch.nn.Identity(), kit.images),
        r"`embedder` is an Embedder.*got Identity",
    ),
    *(
        Bad(
            "embed",
            lambda kit, c=change: bs.embed(
                **{"embedder": bs.Embedder("test_efficientnet", 32), "images": kit.images}
                | c(kit)
            ),
            words,
        )
        for change, words in [
            (lambda kit: {"images": kit.images / 255}, r"`images` are uint8 .* got float64"),
            (lambda kit: {"images": list(kit.images)}, r"`images` are uint8 .* got list"),
            (lambda kit: {"images": kit.images[0]}, r"got uint8 \(32, 32, 3\)"),
            (lambda kit: {"images": kit.images[:, ::2, ::2]}, r"got uint8 \(12, 16, 16, 3\)"),
            (lambda kit: {"images": kit.table}, r"`images` are uint8 .* got a DataFrame"),
            (
                lambda kit: {"images": torch.from_numpy(kit.images)},
                r"`images` are uint8 .* got Tensor",
            ),
            (
                lambda kit: {"batch_size": 0},
                r"`batch_size` is a whole number, at least 1; got 0",
            ),
            (
                lambda kit: {"batch_size": 8.0},
                r"`batch_size` is a whole number, at least 1; got 8.0",
            ),
            (lambda kit: {"batch_size": "8"}, r"`batch_size` is a whole number"),
            (
                lambda kit: {"precision": "half"},
                r"`precision` is one of auto, float32, bfloat16; got 'half'",
            ),
            (lambda kit: {"precision": None}, r"`precision` is one of .* got None"),
            (
                lambda kit: {"backend": "onnx"},
                r"`backend` is one of torch, openvino; got 'onnx'",
            ),
            (lambda kit: {"views": 4}, r"`views` is one of 1, 8; got 4"),
            (lambda kit: {"views": True}, r"`views` is one of 1, 8; got True"),
            (lambda kit: {"progress": 1}, r"`progress` is True or False"),
            (lambda kit: {"device": "tpu9"}, r"`device` is .*got 'tpu9'"),
            (lambda kit: {"cache_dir": 7}, r"`cache_dir` is a folder's path"),
        ]
    ),
    Bad(
        "embed",
        lambda kit: bs.embed(
            bs.Embedder("test_efficientnet", 32), kit.images, cache_dir=kit.table["path"][0]
        ),
        r"Nothing can be written in",
        OSError,
    ),
    Bad(
        "load_profile",
        lambda kit: bs.load_profile("dmeo"),
        r"no profile .*Known: .*demo",
        FileNotFoundError,
    ),
    Bad(
        "load_profile",
        lambda kit: bs.load_profile("none.toml"),
        r"no profile none.toml",
        FileNotFoundError,
    ),
    Bad(
        "load_profile",
        lambda kit: bs.load_profile(5),
        r"no profile .*5.toml. Known: .*demo",
        FileNotFoundError,
    ),
    Bad(
        "load_profile",
        lambda kit: bs.load_profile(kit.cells),
        r"no profile .*Known: .*demo",
        FileNotFoundError,
    ),
    Bad(
        "load_profile",
        lambda kit: bs.load_profile(_written(kit, b"\xff\xfe", "mine.toml")),
        r"is not valid TOML",
    ),
    *(
        Bad("load_profile", lambda kit, o=old, n=new: _mine(kit, PROFILE.replace(o, n)), words)
        for old, new, words in PROFILES
    ),
    Bad(
        "load_cells",
        lambda kit: bs.load_cells(_mine(kit), "pool", image_size=0),
        r"`image_size` is a whole number, 1 to 4096; got 0",
    ),
    Bad(
        "load_cells", lambda kit: bs.load_cells(_mine(kit), "support"), r"A role is train, val"
    ),
    Bad("load_cells", lambda kit: bs.load_cells(_mine(kit), None), r"A role is .* got None"),
    Bad("load_cells", lambda kit: bs.load_cells(_mine(kit), ["pool"]), r"A role is"),
    Bad(
        "load_cells",
        lambda kit: bs.load_cells("demo", "pool"),
        r"`profile` comes from load_profile.*got 'demo'",
    ),
    Bad(
        "load_cells",
        lambda kit: bs.load_cells(_mine(kit), "pool"),
        r"The profile 'mine' expects it there",
        FileNotFoundError,
    ),
    Bad("fit_arm", lambda kit: bs.fit_arm(_mine(kit), "softmax"), r"unknown arm 'softmax'"),
    Bad("fit_arm", lambda kit: bs.fit_arm(_mine(kit), None), r"unknown arm None"),
    Bad(
        "fit_arm",
        lambda kit: bs.fit_arm(_mine(kit), "aam", seed="1"),
        r"`seed` is a whole number",
    ),
    Bad("fit_arm", lambda kit: bs.fit_arm(None, "aam"), r"`profile` comes from load_profile"),
    Bad("run_arms", lambda kit: bs.run_arms("pbc"), r"`profile` comes from load_profile"),
    Bad(
        "run_arms",
        lambda kit: bs.run_arms(_mine(kit), ks=(0,)),
        r"`ks\[0\]` is a whole number, at least 1",
    ),
    Bad("run_arms", lambda kit: bs.run_arms(_mine(kit), ks=5), r"`ks` is a list"),
    Bad("run_arms", lambda kit: bs.run_arms(_mine(kit), ks=()), "`ks` names at least one"),
    Bad(
        "run_arms",
        lambda kit: bs.run_arms(_mine(kit, PROFILE.split("[arms]")[0])),
        r"names no arm",
    ),
    Bad(
        "draw_cells",
        lambda kit: bs.draw_cells(kit.table, 3, 0),
        r"`cells` come from load_cells",
    ),
    Bad(
        "draw_cells",
        lambda kit: bs.draw_cells(_cells(kit), 0, 0),
        r"`n` is a whole number, at least 1; got 0",
    ),
    Bad("draw_cells", lambda kit: bs.draw_cells(_cells(kit), 2.0, 0), r"`n` is a whole number"),
    Bad(
        "draw_cells",
        lambda kit: bs.draw_cells(_cells(kit), 2, -1),
        r"`rng` is a whole number, at least 0, or",
    ),
    Bad(
        "draw_cells",
        lambda kit: bs.draw_cells(_cells(kit), 2, None),
        r"`rng` is a whole number, at least 0, or",
    ),
    Bad(
        "read_result",
        lambda kit: bs.read_result("none.csv"),
        r"no result 'none.csv'. Known: ",
        FileNotFoundError,
    ),
    Bad(
        "read_result",
        lambda kit: bs.read_result("pbc"),
        r"no result 'pbc'. Known: ",
        FileNotFoundError,
    ),
    Bad(
        "read_result",
        lambda kit: bs.read_result(None),
        r"no result None. Known: ",
        FileNotFoundError,
    ),
    *(
        Bad(
            "write_synthetic_twin",
            lambda kit, c=change: bs.write_synthetic_twin(kit.path("twin") / "twin", **c),
            words,
        )
        for change, words in TWINS
    ),
    Bad(
        "write_synthetic_twin",
        lambda kit: bs.write_synthetic_twin(None),
        r"`root` is a folder's path",
    ),
    *(
        Bad("occlusion_maps", lambda kit, c=change: _occlude(kit, **c(kit)), words, error)
        for change, words, error in [
            (lambda kit: {"embedder": "bloodshot-pbc"}, r"`embedder` is an Embedder", ValueError),
            (lambda kit: {"classifier": None}, r"`classifier` is a Few.*NoneType", ValueError),
            (
                lambda kit: {"classifier": bs.FewShotClassifier()},
                r"call `fit` first",
                NotFittedError,
            ),
            (
                lambda kit: {"classifier": bs.FewShotClassifier().fit(kit.Z, kit.labels)},
                r"is expecting 4 features",
                ValueError,
            ),
            (lambda kit: {"images": kit.images / 255}, r"`images` are uint8", ValueError),
            (lambda kit: {"images": kit.images[:, ::2, ::2]}, r"\(N, 32, 32, 3\)", ValueError),
            (lambda kit: {"patch": 0}, r"`patch` is a whole number, 1 to 32; got 0", ValueError),
            (lambda kit: {"patch": 33}, r"`patch` is a whole number, 1 to 32", ValueError),
            (lambda kit: {"patch": 16.0}, r"`patch` is a whole number", ValueError),
            (lambda kit: {"patch": 4}, r"`stride` is a whole number, 1 to 4; got 8", ValueError),
            (lambda kit: {"stride": 0}, r"`stride` is a whole number, 1 to 16", ValueError),
            (lambda kit: {"fill": "meen"}, r"Did you mean 'mean'\?", ValueError),
            (lambda kit: {"fill": None}, r"`fill` is one of mean, background", ValueError),
            (lambda kit: {"batch_size": 0}, r"`batch_size` is a whole number", ValueError),
            (lambda kit: {"device": "gpu"}, r"`device` is .*got 'gpu'", ValueError),
            (lambda kit: {"backend": "onnx"}, r"`backend` is one of torch, openvino", ValueError),
            (lambda kit: {"progress": "yes"}, r"`progress` is True or False", ValueError),
        ]
    ),
]
