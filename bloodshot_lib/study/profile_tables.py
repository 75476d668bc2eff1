"""A table of a TOML file -> a dataclass: every key is known, or the nearest one is named."""

import difflib
from collections.abc import Collection
from dataclasses import fields


def build(kind: type, settings: object, where: str):
    """Make a dataclass from a TOML table, lists as tuples.

    Unknown and missing keys are errors.
    """
    if not isinstance(settings, dict):
        raise ValueError(f"{where} is a table of settings; got {settings!r}.")
    known = {f.name: f for f in fields(kind)}
    for key in settings:
        check_name(key, known, "key", where)
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in settings.items()
    }
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    except TypeError as error:
        raise ValueError(
            f"{where}: {error}. See the profile demo for a complete one."
        ) from error


def check_name(value: object, known: Collection[str], what: str, where: str) -> None:
    """Raise ValueError, naming the nearest, unless `value` is one of the known names."""
    if not isinstance(value, str) or value not in known:
        near = difflib.get_close_matches(str(value), list(known), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
        raise ValueError(f"{where} has the unknown {what} {value!r}.{hint}")
