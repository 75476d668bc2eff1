"""Check the settings of a frozen dataclass against its declared types."""

import math
import numbers
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import numpy as np


def check_fields(settings: object) -> None:
    """Raise ValueError unless a frozen dataclass's fields have their declared types.

    numpy's numbers become Python's own.
    """
    for name, hint in get_type_hints(type(settings)).items():
        value = getattr(settings, name)
        if not _fits(value, hint):
            got = list(value) if isinstance(value, tuple) else value
            raise ValueError(f"`{name}` is {_words(hint)}; got {got!r}.")
        object.__setattr__(settings, name, _plain(value, hint))


def _fits(value: object, hint: object) -> bool:
    """Whether a value has a declared type.

    It looks inside tuples and tables too, where mistakes in a profile may be.
    """
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if kind in (int, float):
        number = numbers.Integral if kind is int else numbers.Real
        return (
            isinstance(value, number)
            and not isinstance(value, bool | np.bool_)
            and math.isfinite(value)
        )
    if not isinstance(value, kind):
        return False
    if kind is tuple and parts:
        return all(_fits(each, parts[0]) for each in value)
    if kind is dict and parts:
        return all(
            _fits(key, parts[0]) and _fits(each, parts[1]) for key, each in value.items()
        )
    return True


def _words(hint: object) -> str:
    """A declared type in plain words."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return " or ".join(_words(part) for part in parts)
    if kind is tuple and parts:
        return f"a list, each entry {_words(parts[0])}"
    if kind is dict and parts:
        return f"a table, each value {_words(parts[1])}"
    known = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "text",
        tuple: "a list",
        dict: "a table",
        type(None): "nothing",
    }
    return known.get(kind, getattr(kind, "__name__", str(kind)))


def _plain(value: object, hint: object) -> object:
    """A number as Python's int or float: 1 and 1.0 are the same setting and must look alike."""
    if hint is float or (hint is int and not isinstance(value, int)):
        return hint(value)
    return value
