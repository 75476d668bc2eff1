"""Check the settings of a frozen dataclass: their declared types, and how small they may be."""

from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

from .checks import check_number, is_number


def check_settings(settings: object, **least: int) -> None:
    """Raise ValueError unless each setting of a frozen dataclass has its declared type.

    Those named in `least` are at least so large, unless they are None.

    Numbers become Python's int or float: 1 and 1.0 are the same setting and must look alike.
    """
    for name, hint in get_type_hints(type(settings)).items():
        value = getattr(settings, name)
        if not _fits(value, hint):
            got = list(value) if isinstance(value, tuple) else value
            raise ValueError(f"`{name}` must be {_words(hint)}, but was {got!r}.")
        if name in least and value is not None:
            check_number(name, value, least[name])
        if hint in (int, float):
            object.__setattr__(settings, name, hint(value))


def _fits(value: object, hint: object) -> bool:
    """Whether a value has a declared type.

    It looks inside tuples and tables too, where mistakes in a profile may be.
    """
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if kind in (int, float):
        return is_number(value, whole=kind is int)
    if not isinstance(value, kind):
        return False
    inside = [value] if kind is tuple else [value.keys(), value.values()] if kind is dict else []
    return all(
        _fits(each, part) for values, part in zip(inside, parts, strict=False) for each in values
    )


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
