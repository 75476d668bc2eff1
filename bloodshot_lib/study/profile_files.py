"""A TOML file -> a profile: every key is known, or the nearest one is named."""

import os
import tomllib
from dataclasses import fields
from pathlib import Path

from ..common.checks import check_choice
from ..common.paths import SHIPPED
from ..embedder.recipe import TrainConfig
from .profile_parts import Episodes, Source, Target
from .profiles import Profile

PROFILES = SHIPPED / "profiles"
PARTS = {"source": Source, "target": Target, "train": TrainConfig, "episodes": Episodes}


def load_profile(name: str | Path | None = None) -> Profile:
    """Load a profile by its name in `profiles/`, or from the path of a TOML file.

    The default is $BLOODSHOT_PROFILE, or else demo. Raises FileNotFoundError if there is none,
    naming those there are, and ValueError for an unknown key, reader, draw or arm, naming the
    nearest one.
    """
    name = str(name or os.environ.get("BLOODSHOT_PROFILE") or "demo")
    path = Path(name) if name.endswith(".toml") else PROFILES / f"{name}.toml"
    if not path.is_file():
        known = sorted(p.stem for p in PROFILES.glob("*.toml"))
        raise FileNotFoundError(
            f"There is no profile {path}. Known: {', '.join(known)}; or pass a .toml file's path."
        )
    try:
        settings = {"target": {}} | tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}.") from error
    for part, kind in PARTS.items():
        if part in settings:
            settings[part] = _build(kind, settings[part], f"[{part}] of {path.name}")
    return _build(Profile, settings | {"name": path.stem}, path.name)


def _build(kind: type, settings: object, where: str):
    """Make a dataclass of settings from a TOML table, lists as tuples."""
    if not isinstance(settings, dict):
        raise ValueError(f"{where} must be a table of settings, but was {settings!r}.")
    try:
        for key in settings:
            check_choice("key", key, [setting.name for setting in fields(kind)])
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    except TypeError as error:
        raise ValueError(f"{where}: {error}. See the profile demo for a complete one.") from error
