"""Bad inputs of one name each: recipes, networks, trainings, embeddings, profiles, experiments."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import safetensors.torch
import torch

import bloodshot_lib as bs
from tests.bad_inputs import Bad
from tests.bad_inputs.kit import PROFILE, Kit

RECIPES = [
    ({"loss": "softmx"}, "`loss` is one of .*Did you mean 'softmax'"),
    ({"loss": ["aam"]}, r"`loss` is text; got \['aam'\]"),
    ({"init": Path("weights")}, "`init` is text"),
    ({"image_size": 10**9}, "`image_size` lies between 1 and 4096"),
    ({"epochs": 0}, "`epochs` is at least 1; got 0"),
    ({"epochs": 1.5}, "`epochs` is a whole number; got 1.5"),
    ({"batch_size": 1}, "`batch_size` is at least 2; got 1"),
    ({"shuffle": 1}, "`shuffle` is true or false; got 1"),
    ({"lr": float("nan")}, "`lr` is a number; got nan"),
    ({"lr": 0}, "`lr` is above 0; got 0.0"),
    ({"margin_deg": 200}, "`margin_deg` lies between 0 and 180; got 200"),
    ({"scale": 0}, "`scale` is above 0; got 0"),
    ({"n_outputs": 0}, "`n_outputs` is at least 1; got 0"),
    ({"n_outputs": 11.0}, "`n_outputs` is a whole number or nothing; got 11.0"),
    ({"consistency": -1}, "`consistency` is at least 0; got -1"),
    ({"drop_path": 2}, "`drop_path` lies between 0 and 1; got 2"),
    ({"norm": "layer"}, "`norm` is one of batch, frozen; got 'layer'"),
    ({"norm": "frozen"}, r"random weights have none\. Give an `init`"),
    ({"turns": "left"}, "`turns` is one of none, dihedral.*; got 'left'"),
    ({"colour_jitter": -1}, "`colour_jitter` lies between 0 and 1"),
    ({"random_background": 1.1}, "`random_background` lies between 0 and 1; got 1.1"),
    ({"schedule": "step"}, "`schedule` is one of constant, cosine; got 'step'"),
    ({"seed": 2**40}, r"`seed` lies between 0 and \d+"),
]

# what `train` and `fit_or_load` refuse alike
SETS = [
    (lambda kit: {"images": kit.images[:0], "labels": []}, "`images` holds no image"),
    (lambda kit: {"recipe": replace(kit.recipe, n_outputs=1)},
     "`n_outputs` is at least the number of classes, 2"),
    (lambda kit: {"validation": kit.images}, "`validation` is a pair, images and labels; got"),
    (lambda kit: {"validation": (kit.images, kit.labels[1:])},
     "`validation labels` .* got 11 for 12"),
    (lambda kit: {"validation": (kit.images, ["cat"] * 12)},
     r"\['cat'\] are not among the training classes"),
    (lambda kit: {"validation": (kit.images[:0], [])}, "`validation images` holds no image"),
    (lambda kit: {"validation": (kit.images[:, 1:], kit.labels)}, "`validation images` are uint8"),
    ({"objective": "triplet"}, "`objective` is a function or a class; got 'triplet'"),
    (lambda kit: {"recipe": replace(kit.recipe, backbone="efficientnet")}, "is not. Similar:"),
    (lambda kit: {"recipe": replace(kit.recipe, init="bloodshot-pbc-2")},
     "`init` is an embedder of the same backbone"),
    (lambda kit: {"recipe": replace(kit.recipe, loss="softmax", lr=1e30, epochs=4)},
     "NaN or infinite|not finite"),
]


def _crafted(change: Callable[[dict, dict], None]) -> Callable[[Kit], dict]:
    """A weights file whose header or tensors are not what `save` writes."""

    def path(kit: Kit) -> dict:
        header = dict(kit.embedder.header)
        state = bs.Embedder("test_efficientnet", 32).state_dict()
        change(header, state)
        path = kit.path("weights") / "crafted.safetensors"
        safetensors.torch.save_file(state, path, {"bloodshot": json.dumps(header)})
        return {"path": path}

    return path


def _header(**changes: object) -> Callable[[Kit], dict]:
    return _crafted(lambda header, state: header.update(changes))


def _nan(header: dict, state: dict) -> None:
    next(iter(state.values()))[:] = torch.nan


def _renamed(header: dict, state: dict) -> None:
    name = next(iter(state))
    state["another"] = state.pop(name)


HALF = "does not describe its network correctly"
ONE = {"backbone": "test_efficientnet", "image_size": 32}
WEIGHTS = [
    (_header(format="bloodshot-embedder-9"), "without the header 'bloodshot-embedder-1'"),
    (_crafted(lambda header, state: header.clear()), "without the header"),
    (_crafted(lambda header, state: header.pop("backbone")), f"{HALF} .*its header lacks backbone"),
    (_header(backbone=["test_efficientnet"]), "`backbone` is a timm model"),
    (_header(backbone="test_vit"), HALF),
    (_header(image_size=10**9), "`image_size` is a whole number, 1 to 4096; got 1000000000"),
    (_header(mean=[0.5]), r"`mean` is one number for each of red, green and blue; got \[0.5\]"),
    (_header(std=[0, 0, 0]), "`std` is above 0"),
    (_header(drop_path="some"), "`drop_path` is a number; got 'some'"),
    (_header(inner=-1), "`inner` is at least 0; got -1"),
    (_header(norm="group"), "its `norm`, 'group', is no longer supported"),
    (_header(classes="ape"), "`classes` is a list of names; got 'ape'"),
    (_header(recipe=[1]), r"`recipe` is a table of settings; got \[1\]"),
    (_header(networks="ape", weights=[1]), "`networks` is a list of headers; got 'ape'"),
    (_header(networks=["ape"], weights=[1]), r"`networks` is a list of headers; got \['ape'\]"),
    (_header(networks=[], weights=[]), rf"{HALF} .*at least one and none twice; got \[\]"),
    (_header(networks=[{"image_size": 32}]), HALF),
    (_header(networks=[ONE]), f"{HALF} .*'weights'"),
    (_header(networks=[ONE], weights=[1, 2]), "`weights` is a list, .*; got 2 for 1 embedders"),
    (_header(networks=[ONE], weights=[0]), r"`weights\[0\]` is above 0; got 0"),
    (_header(networks=[ONE], weights=[1], image_size=64),
     "`image_size` is its largest network's, 32; got 64"),
    (_header(networks=[ONE], weights=[1]), f"{HALF} .*Missing key.*Unexpected key"),
    (_crafted(_nan), "weights that are NaN or infinite"),
    (_crafted(_renamed), f"{HALF} .*Missing key.*Unexpected key"),
    (lambda kit: {"path": kit.written(b"", "w.safetensors")}, "not a whole safetensors file"),
    (lambda kit: {"path": kit.written(b"\x80\x04pickle", "w.pt")}, "never a pickle"),
    ({"path": None}, "a file's path or a released name; got None"),
]

# what does not stand side by side
BESIDE = [
    (lambda kit: {"embedders": kit.embedder}, "`embedders` is a list of .*; got Embedder. Load"),
    ({"embedders": []}, r"at least one and none twice; got \[\]"),
    ({"embedders": ["bloodshot-pbc-2"]}, r"got \['str'\]. Load each by Embedder.load"),
    (lambda kit: {"embedders": [kit.embedder] * 2}, r"none twice; got \['Embedder', 'Embedder'\]"),
    *((lambda kit, bad=bad: {"embedders": [kit.embedder], "weights": bad}, words)
      for bad, words in [
          (1, "`weights` is a list, .* one value per embedder; got int 1"),
          ([1, 1], "`weights` .*; got 2 for 1 embedders"),
          ([0], r"`weights\[0\]` is above 0; got 0"),
          ([float("nan")], r"`weights\[0\]` is a number; got nan"),
      ]),
]

# a part of the profile ▸ what stands in its place
TITLE, TARGET, ARMS, AAM = 'title = "mine"', "[target]", "[arms]", '{ loss = "aam" }'
PROFILES = [
    ("title", "titel", "got 'titel'. Did you mean 'title'"),
    (TITLE, "title = 3", "`title` is text; got 3"),
    (TITLE, "title = ", "is not valid TOML"),
    (TITLE, f'{TITLE}\nseeds = "123"', "`seeds` is a list, each entry a whole number"),
    (TITLE, f"{TITLE}\nseeds = [-1]", "`seeds` names .*none of them twice or below 0"),
    (TITLE, f'{TITLE}\nmargin_on = "BAS"', "`margin_on` is a whole number or nothing"),
    (TITLE, f"{TITLE}\nsynthetic = true", "`synthetic` is a table or nothing"),
    ('"image_folder"', '"folder"', "`reader` is one of .*; got 'folder'"),
    ('root = "cells"', "", "missing 1 required positional argument: 'root'"),
    ("train = 0.5", "train = 0.6", "shares of `split` sum to 1; got"),
    ("train = 0.5", 'train = "half"', "`split` is a table, each value a number"),
    ("query = 0.5", "rest = 0.5", "`split` draws pool, rest, not query"),
    (TARGET, f'expect = {{ ape = "six" }}\n{TARGET}', "`expect` is a table, each value a whole"),
    (TARGET, f"cap = -1\n{TARGET}", "`cap` is at least 1; got -1"),
    (TARGET, f'classes = "ape"\n{TARGET}', "`classes` is a list, each entry text"),
    (TARGET, f"split_seed = -1\n{TARGET}", "`split_seed` is at least 0"),
    (TARGET, f"options = {{ labeled = true }}\n{TARGET}", "`options` .* got 'labeled'"),
    (ARMS, f"[episodes]\nk = -3\n{ARMS}", "`k` is at least 1; got -3"),
    (ARMS, f"[episodes]\nks = [0]\n{ARMS}", "`ks` are different numbers of shots, at least 1"),
    (ARMS, f"[episodes]\nn_episodes = 0\n{ARMS}", "`n_episodes` is at least 1; got 0"),
    (ARMS, f'[episodes]\nmethod = "ldaa"\n{ARMS}', "`method` is one of .*got 'ldaa'"),
    (ARMS, f'[episodes]\ndraw = "random"\n{ARMS}', "`draw` is one of nested, paper; got 'random'"),
    (AAM, '{ los = "aam" }', r"mine.toml: `arms.aam` is one of .* got 'los'"),
    (AAM, '{ epochs = "3" }', "`epochs` is a whole number; got '3'"),
]


def _profiled(old: str, new: str) -> Callable[[Kit], dict]:
    return lambda kit: {"name": kit.written(PROFILE.replace(old, new), "mine.toml")}


FILE = FileNotFoundError
TAKEN = "Nothing can be written in"
CASES = [
    *(Bad("TrainConfig", change, words) for change, words in RECIPES),
    Bad("TrainConfig.recommended", {"epochs": 0}, "`epochs` is at least 1"),
    *(Bad(name, *case) for name in ("train", "fit_or_load") for case in SETS),
    Bad("fit_or_load", lambda kit: {"artifacts": kit.table["path"][0]}, TAKEN, OSError),
    Bad("train", lambda kit: {"checkpoint": kit.table["path"][0]}, "is not a whole checkpoint"),
    Bad("train", lambda kit: {"checkpoint": kit.cells}, "is a file's path; .* is a folder"),
    Bad("train", lambda kit: {"checkpoint": kit.folder / "none/c"}, TAKEN, OSError),
    Bad("untrained", {"classes": ["ape"]}, "at least two classes"),
    *(Bad("Embedder.load", path, words) for path, words in WEIGHTS),
    Bad("Embedder.load", {"path": "bloodshot-pcb"}, "Released with this .*: bloodshot-3,", FILE),
    Bad("Embedder.load", lambda kit: {"path": kit.cells}, "There is no weights file", FILE),
    Bad("Embedder.save", lambda kit: {"path": kit.cells}, "is a folder: add a name"),
    Bad("Embedder.save", lambda kit: {"path": kit.folder / "none/e"}, TAKEN, OSError),
    *(Bad("Embedder.side_by_side", *case) for case in BESIDE),
    Bad("Embedder", {"backbone": "eficientnet_b0"}, "'eficientnet_b0' is not. Similar"),
    Bad("Embedder", {"mean": 0.5}, "`mean` is one number for each"),
    Bad("Embedder", {"std": (1, 1, 0)}, "`std` is above 0; got 0"),
    Bad("embed", lambda kit: {"cache_dir": kit.table["path"][0]}, TAKEN, OSError),
    *(Bad("load_profile", {"name": name}, "no profile .*Known: .*demo", FILE)
      for name in ("dmeo", "none.toml", 5)),
    *(Bad("load_profile", _profiled(old, new), words) for old, new, words in PROFILES),
    Bad("load_profile", lambda kit: {"name": kit.written(b"\xff\xfe", "mine.toml")}, "valid TOML"),
    Bad("load_cells", {"role": "support"}, "A role is train, val"),
    Bad("load_cells", {"role": ["pool"]}, "A role is"),
    Bad("load_cells", {}, "The profile 'mine' expects it there", FILE),
    Bad("fit_arm", {"arm": "softmax"}, "`arm` is one of aam; got 'softmax'"),
    Bad("fit_arm", {"seed": "1"}, "`seed` is a whole number"),
    Bad("run_arms", lambda kit: {"profile": kit.profile(PROFILE.split(ARMS)[0])}, "names no arm"),
    Bad("run_laboratory", {}, "'mine' names no `embedder`.*run_arms"),
    Bad("draw_cells", lambda kit: {"cells": kit.table}, "`cells` come from load_cells"),
    *(Bad("read_result", {"name": name}, f"no result {name!r}. Known: ", FILE)
      for name in ("none.csv", "pbc", None)),
    Bad("write_synthetic_twin", {"source_cells": 299}, "at least 300; got 299"),
    Bad("write_synthetic_twin", {"scale": 5}, "`scale` lies between 0.05 and 4; got 5"),
]
