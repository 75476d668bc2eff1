"""The state of a training between two epochs: one safetensors file, never a pickle."""

import json
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import nn

from ..common.atomic_files import write_whole


def save_checkpoint(
    path: str | Path,
    modules: nn.ModuleDict,
    optimiser: torch.optim.Optimizer,
    history: list[dict],
    key: str,
) -> None:
    """Write the state after the last epoch of `history`: weights, optimiser and history.

    The previous file stays until the new one is complete. `key` identifies the training (see
    `training_key`).
    """
    tensors = modules.state_dict()
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
    tensors = {name: value.contiguous().cpu() for name, value in tensors.items()}
    write_whole(
        Path(path), safetensors.torch.save(tensors, {"history": json.dumps(history), "key": key})
    )


def load_checkpoint(
    path: str | Path, modules: nn.ModuleDict, optimiser: torch.optim.Optimizer, key: str
) -> list[dict]:
    """Restore what `save_checkpoint` wrote, and return the history.

    Without a file, nothing changes and [] is returned. Raises ValueError if the file is damaged
    or belongs to another training.
    """
    if not Path(path).is_file():
        return []
    try:
        with safetensors.safe_open(path, "pt") as file:
            known = file.metadata() or {}
        history = json.loads(known["history"])
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise ValueError(
            f"{path} is not a whole checkpoint ({error}). Delete it, and the training starts again."
        ) from error
    if known.get("key") != key:
        raise ValueError(
            f"{path} is the checkpoint of another training, with other images, labels, recipe or"
            " code. Pass another path, or delete the file if you no longer want that"
            " training."
        )
    tensors = safetensors.torch.load_file(path)
    modules.load_state_dict({name: tensors.pop(name) for name in modules.state_dict()})
    parameters = [each for group in optimiser.param_groups for each in group["params"]]
    state = optimiser.state_dict()
    for name, value in tensors.items():
        _, number, part = name.split(".")
        like = parameters[int(number)]
        if value.shape == like.shape:
            # the fused optimiser walks memory: moments need their parameter's layout, channels last
            value = torch.empty_like(like).copy_(value)
        state["state"].setdefault(int(number), {})[part] = value
    optimiser.load_state_dict(state)
    return history
