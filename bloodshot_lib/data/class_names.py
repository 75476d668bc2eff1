"""The names of classes and subjects: one door for folders, lists and the desk."""

import unicodedata
import warnings
from collections.abc import Iterable, Sequence

_LONGEST = 200  # bytes; file systems take 255
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # unseen, but Persian and Hindi spell with them
# how pandas, R and spreadsheets write "no value", in small letters
_NOTHING = "#n/a #na -nan <na> n/a na nan none null".split()


def class_name(text: str) -> str:
    """A class name without spaces at its ends, fit to be a folder's name.

    One that other programs read as "no value", such as NA, becomes "class NA", with a warning.

    Raises ValueError for a name that is empty, cannot be seen or typed, holds / or \\, starts
    with a full stop, or is longer than 200 bytes.
    """
    name = _told_apart_from_nothing(text.strip(), "class")
    seen = name.translate(_JOINERS)
    typed = seen != "" and seen.isprintable() and not set("/\\") & set(name)
    if not typed or name[0] == "." or len(name.encode("utf-8", "replace")) > _LONGEST:
        raise ValueError(
            "The name of a class must also do for a folder: at most 200 bytes that can be seen and"
            " typed, without / or \\ or a full stop at its start, but was"
            f" {text!r}. Choose another."
        )
    return name


def class_names(texts: Sequence[str], where: str) -> list[str]:
    """Each text as the name of a class, all distinct; an error begins with `where` they are."""
    try:
        names = [class_name(text) for text in texts]
        check_distinct(texts)
        check_distinct(names)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    return names


def check_distinct(names: Iterable[str]) -> None:
    """Raise ValueError if two of the names differ at most in case, spaces or accents' storage."""
    alike = {}
    for name in names:
        if (same := alike.get(plain_name(name))) is not None:
            raise ValueError(
                "Names of classes must differ by more than case, spaces or the form of accents, but"
                f" [{same!a}, {name!a}] do not. Merge or rename them."
            )
        alike[plain_name(name)] = name


def subject_names(subjects: Sequence[str]) -> list[str]:
    """One name for subjects that differ only in case or spaces: the first, with a warning."""
    first, names, merged = {}, {}, []
    for subject in dict.fromkeys(subjects):
        text = _told_apart_from_nothing(writable(subject).strip(), "subject")
        names[subject] = first.setdefault(plain_name(text), text)
        if names[subject] != text:
            merged.append(f"{text!r} = {names[subject]!r}")
    if merged:
        warnings.warn(
            f"Subjects that differ only in case or spaces are taken for one: {', '.join(merged)}.",
            stacklevel=2,
        )
    return [names[subject] for subject in subjects]


def plain_name(name: str) -> str:
    """A name without differences of case, spaces, joiners or the form of accents."""
    plain = unicodedata.normalize("NFKC", name.translate(_JOINERS)).casefold()
    return " ".join(plain.split())


def writable(name: str) -> str:
    """A file's name as text: bytes that are none, as old disks hold them, become escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def _told_apart_from_nothing(name: str, kind: str) -> str:
    if name.casefold() not in _NOTHING:
        return name
    told = f"{kind} {name.replace('/', '')}"
    warnings.warn(
        f"Other programs read {name!r} as 'no value', so it is called {told!r}.",
        stacklevel=3,
    )
    return told
