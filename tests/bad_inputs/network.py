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
    ({"loss": "softmx"}, "`loss` must be one of .*Did you mean 'softmax'"),
    ({"loss": ["aam"]}, r"`loss` must be text, but was \['aam'\]"),
    ({"init": Path("weights")}, "`init` must be text"),
    ({"image_size": 10**9}, "`image_size` must lie between 1 and 4096"),
    ({"epochs": 0}, "`epochs` must be at least 1, but was 0"),
    ({"epochs": 1.5}, "`epochs` must be a whole number, but was 1.5"),
    ({"batch_size": 1}, "`batch_size` must be at least 2, but was 1"),
    ({"shuffle": 1}, "`shuffle` must be true or false, but was 1"),
    ({"lr": float("nan")}, "`lr` must be a number, but was nan"),
    ({"lr": 0}, "`lr` must be above 0, but was 0.0"),
    ({"margin_deg": 200}, "`margin_deg` must lie between 0 and 180, but was 200"),
    ({"scale": 0}, "`scale` must be above 0, but was 0"),
    ({"n_outputs": 0}, "`n_outputs` must be at least 1, but was 0"),
    ({"n_outputs": 11.0}, "`n_outputs` must be a whole number or nothing, but was 11.0"),
    ({"consistency": -1}, "`consistency` must be at least 0, but was -1"),
    ({"drop_path": 2}, "`drop_path` must lie between 0 and 1, but was 2"),
    ({"norm": "layer"}, "`norm` must be one of batch, frozen, but was 'layer'"),
    ({"norm": "frozen"}, r"random weights have none\. Give an `init`"),
    ({"turns": "left"}, "`turns` must be one of none, dihedral.*, but was 'left'"),
    ({"colour_jitter": -1}, "`colour_jitter` must lie between 0 and 1"),
    ({"random_background": 1.1}, "`random_background` must lie between 0 and 1, but was 1.1"),
    ({"schedule": "step"}, "`schedule` must be one of constant, cosine, but was 'step'"),
    ({"seed": 2**40}, r"`seed` must lie between 0 and \d+"),
]

# what `train` and `fit_or_load` refuse alike
SETS = [
    (lambda kit: {"images": kit.images[:0], "labels": []}, "`images` holds no image"),
    (lambda kit: {"recipe": replace(kit.recipe, n_outputs=1)},
     "`n_outputs` must be at least the number of classes, 2"),
    (lambda kit: {"validation": kit.images},
     "`validation` must be a pair, images and labels, but was"),
    (lambda kit: {"validation": (kit.images, kit.labels[1:])},
     "`validation labels` .* but had 11 for 12"),
    (lambda kit: {"validation": (kit.images, ["cat"] * 12)},
     r"must be among the training classes .*, but \['cat'\] are not"),
    (lambda kit: {"validation": (kit.images[:0], [])}, "`validation images` holds no image"),
    (lambda kit: {"validation": (kit.images[:, 1:], kit.labels)},
     "`validation images` must be uint8"),
    ({"objective": "triplet"}, "`objective` must be a function or a class, but was 'triplet'"),
    (lambda kit: {"recipe": replace(kit.recipe, backbone="efficientnet")}, "is not. Similar:"),
    (lambda kit: {"recipe": replace(kit.recipe, init="bloodshot-pbc-2")},
     "`init` must be an embedder of the same backbone"),
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
    (_header(backbone=["test_efficientnet"]), "`backbone` must be a timm model"),
    (_header(backbone="test_vit"), HALF),
    (_header(image_size=10**9),
     "`image_size` must be a whole number from 1 to 4096, but was 1000000000"),
    (_header(mean=[0.5]),
     r"`mean` must be one number for each of red, green and blue, but was \[0.5\]"),
    (_header(std=[0, 0, 0]), "`std` must be above 0"),
    (_header(drop_path="some"), "`drop_path` must be a number, but was 'some'"),
    (_header(inner=-1), "`inner` must be at least 0, but was -1"),
    (_header(norm="group"), "its `norm`, 'group', is no longer supported"),
    (_header(classes="ape"), "`classes` must be a list of names, but was 'ape'"),
    (_header(recipe=[1]), r"`recipe` must be a table of settings, but was \[1\]"),
    (_header(networks="ape", weights=[1]), "`networks` must be a list of headers, but was 'ape'"),
    (_header(networks=["ape"], weights=[1]),
     r"`networks` must be a list of headers, but was \['ape'\]"),
    (_header(networks=[], weights=[]), rf"{HALF} .*at least one and none twice, but was \[\]"),
    (_header(networks=[{"image_size": 32}]), HALF),
    (_header(networks=[ONE]), f"{HALF} .*'weights'"),
    (_header(networks=[ONE], weights=[1, 2]),
     "`weights` must be a list, .*, but had 2 for 1 embedders"),
    (_header(networks=[ONE], weights=[0]), r"`weights\[0\]` must be above 0, but was 0"),
    (_header(networks=[ONE], weights=[1], image_size=64),
     "`image_size` must be its largest network's, 32, but was 64"),
    (_header(networks=[ONE], weights=[1]), f"{HALF} .*Missing key.*Unexpected key"),
    (_crafted(_nan), "weights that are NaN or infinite"),
    (_crafted(_renamed), f"{HALF} .*Missing key.*Unexpected key"),
    (lambda kit: {"path": kit.written(b"", "w.safetensors")}, "not a whole safetensors file"),
    (lambda kit: {"path": kit.written(b"\x80\x04pickle", "w.pt")}, "never a pickle"),
    ({"path": None}, "a file's path or a released name, but were None"),
]

# what does not stand side by side
BESIDE = [
    (lambda kit: {"embedders": kit.embedder},
     "`embedders` must be a list of .*, but was Embedder. Load"),
    ({"embedders": []}, r"at least one and none twice, but was \[\]"),
    ({"embedders": ["bloodshot-pbc-2"]}, r"but was \['str'\]. Load each by Embedder.load"),
    (lambda kit: {"embedders": [kit.embedder] * 2},
     r"none twice, but was \['Embedder', 'Embedder'\]"),
    *((lambda kit, bad=bad: {"embedders": [kit.embedder], "weights": bad}, words)
      for bad, words in [
          (1, "`weights` must be a list, .* one value per embedder, but was int 1"),
          ([1, 1], "`weights` .*, but had 2 for 1 embedders"),
          ([0], r"`weights\[0\]` must be above 0, but was 0"),
          ([float("nan")], r"`weights\[0\]` must be a number, but was nan"),
      ]),
]

# a part of the profile ▸ what stands in its place
TITLE, TARGET, ARMS, AAM = 'title = "mine"', "[target]", "[arms]", '{ loss = "aam" }'
PROFILES = [
    ("title", "titel", "but was 'titel'. Did you mean 'title'"),
    (TITLE, "title = 3", "`title` must be text, but was 3"),
    (TITLE, "title = ", "is not valid TOML"),
    (TITLE, f'{TITLE}\nseeds = "123"', "`seeds` must be a list, each entry a whole number"),
    (TITLE, f"{TITLE}\nseeds = [-1]", "`seeds` must name .*none of them twice or below 0"),
    (TITLE, f'{TITLE}\nmargin_on = "BAS"', "`margin_on` must be a whole number or nothing"),
    (TITLE, f"{TITLE}\nsynthetic = true", "`synthetic` must be a table or nothing"),
    ('"image_folder"', '"folder"', "`reader` must be one of .*, but was 'folder'"),
    ('root = "cells"', "", "missing 1 required positional argument: 'root'"),
    ("train = 0.5", "train = 0.6", "shares of `split` must sum to 1, but were"),
    ("train = 0.5", 'train = "half"', "`split` must be a table, each value a number"),
    ("query = 0.5", "rest = 0.5", "`split` draws pool, rest, not query"),
    (TARGET, f'expect = {{ ape = "six" }}\n{TARGET}',
     "`expect` must be a table, each value a whole"),
    (TARGET, f"cap = -1\n{TARGET}", "`cap` must be at least 1, but was -1"),
    (TARGET, f'classes = "ape"\n{TARGET}', "`classes` must be a list, each entry text"),
    (TARGET, f"split_seed = -1\n{TARGET}", "`split_seed` must be at least 0"),
    (TARGET, f"options = {{ labeled = true }}\n{TARGET}", "`options` .* but was 'labeled'"),
    (ARMS, f"[episodes]\nk = -3\n{ARMS}", "`k` must be at least 1, but was -3"),
    (ARMS, f"[episodes]\nks = [0]\n{ARMS}", "`ks` must be different numbers of shots, at least 1"),
    (ARMS, f"[episodes]\nn_episodes = 0\n{ARMS}", "`n_episodes` must be at least 1, but was 0"),
    (ARMS, f'[episodes]\nmethod = "ldaa"\n{ARMS}', "`method` must be one of .*but was 'ldaa'"),
    (ARMS, f'[episodes]\ndraw = "random"\n{ARMS}',
     "`draw` must be one of nested, paper, but was 'random'"),
    (AAM, '{ los = "aam" }', r"mine.toml: `arms.aam` must be one of .* but was 'los'"),
    (AAM, '{ epochs = "3" }', "`epochs` must be a whole number, but was '3'"),
]


def _profiled(old: str, new: str) -> Callable[[Kit], dict]:
    return lambda kit: {"name": kit.written(PROFILE.replace(old, new), "mine.toml")}


FILE = FileNotFoundError
TAKEN = "Nothing can be written in"
CASES = [
    *(Bad("TrainConfig", change, words) for change, words in RECIPES),
    Bad("TrainConfig.recommended", {"epochs": 0}, "`epochs` must be at least 1"),
    *(Bad(name, *case) for name in ("train", "fit_or_load") for case in SETS),
    Bad("fit_or_load", lambda kit: {"artifacts": kit.table["path"][0]}, TAKEN, OSError),
    Bad("train", lambda kit: {"checkpoint": kit.table["path"][0]}, "is not a whole checkpoint"),
    Bad("train", lambda kit: {"checkpoint": kit.cells},
        "must be a file's path, but .* is a folder"),
    Bad("train", lambda kit: {"checkpoint": kit.folder / "none/c"}, TAKEN, OSError),
    Bad("untrained", {"classes": ["ape"]}, "at least two classes"),
    *(Bad("Embedder.load", path, words) for path, words in WEIGHTS),
    Bad("Embedder.load", {"path": "bloodshot-pcb"}, "Released with this .*: bloodshot-3,", FILE),
    Bad("Embedder.load", lambda kit: {"path": kit.cells}, "There is no weights file", FILE),
    Bad("Embedder.save", lambda kit: {"path": kit.cells}, "is a folder: add a name"),
    Bad("Embedder.save", lambda kit: {"path": kit.folder / "none/e"}, TAKEN, OSError),
    *(Bad("Embedder.side_by_side", *case) for case in BESIDE),
    Bad("Embedder", {"backbone": "eficientnet_b0"}, "'eficientnet_b0' is not. Similar"),
    Bad("Embedder", {"mean": 0.5}, "`mean` must be one number for each"),
    Bad("Embedder", {"std": (1, 1, 0)}, "`std` must be above 0, but was 0"),
    Bad("embed", lambda kit: {"cache_dir": kit.table["path"][0]}, TAKEN, OSError),
    *(Bad("load_profile", {"name": name}, "no profile .*Known: .*demo", FILE)
      for name in ("dmeo", "none.toml", 5)),
    *(Bad("load_profile", _profiled(old, new), words) for old, new, words in PROFILES),
    Bad("load_profile", lambda kit: {"name": kit.written(b"\xff\xfe", "mine.toml")}, "valid TOML"),
    Bad("load_cells", {"role": "support"}, "`role` must be train, val"),
    Bad("load_cells", {"role": ["pool"]}, "`role` must be"),
    Bad("load_cells", {}, "The profile 'mine' expects it there", FILE),
    Bad("fit_arm", {"arm": "softmax"}, "`arm` must be one of aam, but was 'softmax'"),
    Bad("fit_arm", {"seed": "1"}, "`seed` must be a whole number"),
    Bad("run_arms", lambda kit: {"profile": kit.profile(PROFILE.split(ARMS)[0])}, "names no arm"),
    Bad("run_laboratory", {}, "'mine' names no `embedder`.*run_arms"),
    Bad("draw_cells", lambda kit: {"cells": kit.table}, "`cells` must come from load_cells"),
    *(Bad("read_result", {"name": name}, f"no result {name!r}. Known: ", FILE)
      for name in ("none.csv", "pbc", None)),
    Bad("write_synthetic_twin", {"source_cells": 299}, "at least 300, but was 299"),
    Bad("write_synthetic_twin", {"scale": 5}, "`scale` must lie between 0.05 and 4, but was 5"),
]
