"""Checks of the arguments of public functions; each names its rule and what it got."""

import difflib
import math
import numbers
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = ("path", "label", "subject", "split")
_ROWS_AT_ONCE = 1 << 15  # so that a memory map larger than memory can be read through


def kind_of(value: object) -> str:
    """A value in a few words, for a message: what it is, with its shape or its beginning."""
    shape = getattr(value, "shape", None)
    if isinstance(value, pd.DataFrame | pd.Series):
        return f"a {type(value).__name__} {shape}"
    if shape is not None and not isinstance(value, np.generic):  # an array, or torch's tensor
        return f"{value.dtype} {tuple(shape)}"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def check_count(name: str, value: object, least: int = 1, most: int | None = None) -> int:
    """A whole number from `least` to `most`; numpy's integers count, True and 3.0 do not."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool | np.bool_)
    if not whole or value < least or (most is not None and value > most):
        reach = f"at least {least}" if most is None else f"{least} to {most}"
        raise ValueError(f"`{name}` is a whole number, {reach}; got {value!r}.")
    return int(value)


def check_number(
    name: str,
    value: object,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
) -> float:
    """A finite number, at least `least`, at most `most` and above `above`."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    if not real or not math.isfinite(value):
        raise ValueError(f"`{name}` is a number; got {value!r}.")
    if least > -math.inf and most < math.inf and not least <= value <= most:
        raise ValueError(f"`{name}` lies between {least} and {most}; got {value}.")
    if value < least or value <= above:
        rule = f"at least {least}" if value < least else f"above {above}"
        raise ValueError(f"`{name}` is {rule}; got {value}.")
    if value > most:
        raise ValueError(f"`{name}` is at most {most}; got {value}.")
    return float(value)


def check_path(name: str, value: object, what: str = "folder") -> Path:
    """The path of a folder or file, which need not exist."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError(f"`{name}` is a {what}'s path; got {value!r}.")
    path = Path(os.path.expanduser(value))
    if what == "file" and path.is_dir():
        raise ValueError(f"`{name}` is a {what}'s path; {path} is a folder.")
    return path


def check_absent(path: Path) -> Path:
    """A folder for a result, which must not exist yet: nothing is overwritten."""
    if path.exists() or path.is_symlink():
        raise ValueError(f"{path} exists: name a new folder, or remove this one.")
    return path


def check_switch(name: str, value: object) -> bool:
    """True or False, not the word "no", which Python takes for true."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"`{name}` is True or False; got {value!r}.")
    return bool(value)


def check_choice(name: str, value: object, known: Collection) -> None:
    """One of a few names (or numbers); the nearest is suggested."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in known:
        near = difflib.get_close_matches(str(value), [str(each) for each in known], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"`{name}` is one of {', '.join(map(str, known))}; got {value!r}.{hint}"
        )


def check_rng(name: str, value: object) -> None:
    """A seed, or numpy's generator."""
    if not isinstance(value, np.random.Generator):
        try:
            check_count(name, value, least=0)
        except ValueError:
            raise ValueError(
                f"`{name}` is a whole number, at least 0, or numpy.random.default_rng(...); "
                f"got {value!r}."
            ) from None


def check_rows(name: str, values: object, n: int | None = None, of: str = "cell") -> np.ndarray:
    """One value for each row, as an array (N,).

    Arrays and columns keep their type; a list becomes an array of objects. `n` is the number
    of values expected.
    """
    rule = f"`{name}` is a list, column or array with one value per {of}"
    if isinstance(values, str | bytes | dict | set) or not isinstance(values, Iterable):
        raise ValueError(f"{rule}; got {kind_of(values)}.")
    array = values.to_numpy() if isinstance(values, pd.Series | pd.Index) else values
    array = (
        array
        if isinstance(array, np.ndarray)
        else pd.Series(list(values), dtype=object).to_numpy()
    )
    kinds = set(map(type, array)) if array.ndim == 1 and array.dtype == object else ()
    nested = any(
        issubclass(k, list | tuple | dict | set | np.ndarray | pd.Series) for k in kinds
    )
    if array.ndim != 1 or isinstance(values, pd.DataFrame) or nested:
        raise ValueError(f"{rule}; got {kind_of(values)}{' of lists' if nested else ''}.")
    if n is not None and len(array) != n:
        raise ValueError(f"{rule}; got {len(array)} for {n} {of}s.")
    return array


def check_shots(ks: object) -> list[int]:
    """Numbers of shots, at least one."""
    ks = check_rows("ks", ks, of="point of the curve").tolist()
    if not ks:
        raise ValueError("`ks` names at least one number of shots; got none.")
    return [check_count(f"ks[{place}]", k) for place, k in enumerate(ks)]


def check_labels(
    labels: Sequence[str], name: str = "labels", n: int | None = None, of: str = "cell"
) -> np.ndarray:
    """Labels as an array of strings (N,), none of them missing or empty."""
    labels = check_rows(name, labels, n, of).astype(object)
    if (missing := np.asarray(pd.isna(labels), dtype=bool)).any():
        raise ValueError(
            f"{missing.sum()} of {len(labels)} `{name}` are missing: leave those rows out"
            " first."
        )
    labels = labels.astype(str)
    if (labels == "").any():
        raise ValueError(
            f"{(labels == '').sum()} of {len(labels)} `{name}` are empty strings: name the"
            " class, or leave those rows out."
        )
    return labels


def check_embeddings(Z: object, name: str = "Z", least: int = 1) -> np.ndarray:
    """Embeddings as floating-point numbers (N, D), at least `least` rows, none NaN or infinite.

    Whole numbers and half precision, which would overflow, become floats of at least 32 bits.
    """
    rule = f"`{name}` holds embeddings, numbers of shape (cells, dimensions)"
    if isinstance(Z, str | bytes | dict | set) or not hasattr(Z, "__len__"):
        raise ValueError(f"{rule}; got {kind_of(Z)}. `embed` returns them.")
    try:
        array = np.asarray(np.ma.filled(Z, np.nan) if isinstance(Z, np.ma.MaskedArray) else Z)
    except (TypeError, RuntimeError) as error:  # a tensor on a GPU, or with a gradient
        raise ValueError(
            f"{rule}; got {kind_of(Z)}, which numpy cannot read: {error}"
        ) from error
    except ValueError as error:
        raise ValueError(f"{rule}; got rows of unequal length.") from error
    if array.dtype == object:
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{rule}; got {kind_of(Z)} with values that are not numbers."
            ) from error
    if array.dtype.kind not in "biuf" or array.ndim != 2 or 0 in array.shape[1:]:
        raise ValueError(f"{rule}; got {kind_of(array)}. `embed` returns them.")
    if len(array) < least:
        raise ValueError(f"{rule}, at least {least} of them; got {len(array)}.")
    if (floating := np.result_type(array.dtype, np.float32)) != array.dtype:
        array = array.astype(floating)
    starts = range(0, len(array), _ROWS_AT_ONCE)
    blocks = (array[start : start + _ROWS_AT_ONCE] for start in starts)
    if bad := array.size - sum(np.count_nonzero(np.isfinite(block)) for block in blocks):
        raise ValueError(
            f"`{name}` holds finite numbers; {bad} values are not. Check images and embedder."
        )
    return array


def check_images(images: object, size: int | None = None, name: str = "images") -> np.ndarray:
    """Images as load_images returns them, uint8 (N, S, S, 3); `size` is S."""
    shape = getattr(images, "shape", ())
    side = size if size is not None else shape[1] if len(shape) > 1 else "S"
    right = isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.ndim == 4
    if not right or images.shape[1:] != (side, side, 3) or side == 0:
        raise ValueError(
            f"`{name}` are uint8 of shape (N, {side}, {side}, 3); got {kind_of(images)}. Take"
            f" them from load_images(table, size={side})."
        )
    return images


def check_table(
    table: object, columns: Sequence[str] = COLUMNS, name: str = "table", least: int = 0
) -> pd.DataFrame:
    """A table that has these columns and at least `least` rows."""
    if not isinstance(table, pd.DataFrame):
        raise ValueError(
            f"`{name}` is a table (pandas DataFrame), as the readers return it; got"
            f" {kind_of(table)}."
        )
    if missing := [column for column in columns if column not in table]:
        raise ValueError(
            f"`{name}` needs the columns {', '.join(columns)}; {', '.join(missing)} missing,"
            f" got {', '.join(map(str, table.columns)) or 'none'}."
        )
    if len(table) < least:
        raise ValueError(
            f"`{name}` needs at least {least} row{'s' * (least > 1)}; got {len(table)}: check"
            " the split or label selected."
        )
    return table
