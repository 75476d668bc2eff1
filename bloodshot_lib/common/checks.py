"""Checks of the arguments of public functions; each names its rule and what was passed."""

import difflib
import math
import numbers
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_list_like

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


def is_number(value: object, whole: bool = False) -> bool:
    """Whether a value is a finite number; numpy's count, True and "3" do not."""
    if isinstance(value, bool | np.bool_):
        return False
    if isinstance(value, numbers.Integral):
        return True
    return not whole and isinstance(value, numbers.Real) and math.isfinite(value)


def check_count(name: str, value: object, least: int = 1, most: float = math.inf) -> int:
    """A whole number from `least` to `most`; numpy's integers count, True and 3.0 do not."""
    if not is_number(value, whole=True) or not least <= value <= most:
        reach = f"of at least {least}" if most == math.inf else f"from {least} to {most}"
        raise ValueError(f"`{name}` must be a whole number {reach}, but was {value!r}.")
    return int(value)


def check_number(
    name: str,
    value: object,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
) -> float:
    """A finite number, at least `least`, at most `most` and above `above`."""
    if not is_number(value):
        raise ValueError(f"`{name}` must be a number, but was {value!r}.")
    limits = {
        f"at least {least}": value >= least,
        f"above {above}": value > above,
        f"at most {most}": value <= most,
    }
    if broken := [limit for limit, kept in limits.items() if not kept]:
        between = math.isfinite(least) and math.isfinite(most)
        rule = f"lie between {least} and {most}" if between else f"be {broken[0]}"
        raise ValueError(f"`{name}` must {rule}, but was {value}.")
    return float(value)


def check_path(name: str, value: object, what: str = "folder") -> Path:
    """The path of a folder or file, which need not exist."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError(f"`{name}` must be a {what}'s path, but was {value!r}.")
    path = Path(os.path.expanduser(value))
    if what == "file" and path.is_dir():
        raise ValueError(f"`{name}` must be a {what}'s path, but {path} is a folder: add a name.")
    return path


def check_absent(path: Path) -> Path:
    """A folder for a result, which must not exist yet: nothing is overwritten."""
    if path.exists() or path.is_symlink():
        raise ValueError(f"{path} exists: name a new folder, or remove this one.")
    return path


def check_switch(name: str, value: object) -> bool:
    """True or False, not the word "no", which Python takes for true."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"`{name}` must be True or False, but was {value!r}.")
    return bool(value)


def check_choice(name: str, value: object, known: Collection) -> None:
    """One of a few names (or numbers); the nearest is suggested."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in known:
        near = difflib.get_close_matches(str(value), [str(each) for each in known], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        rule = f"`{name}` must be one of {', '.join(map(str, known))}"
        raise ValueError(f"{rule}, but was {value!r}.{hint}")


def check_rng(name: str, value: object) -> None:
    """A seed, or numpy's generator."""
    seed = is_number(value, whole=True) and value >= 0
    if not seed and not isinstance(value, np.random.Generator):
        raise ValueError(
            f"`{name}` must be a whole number of at least 0, or numpy.random.default_rng(...),"
            f" but was {value!r}."
        )


def check_rows(name: str, values: object, n: int | None = None, of: str = "cell") -> np.ndarray:
    """One value for each row, as an array (N,).

    Arrays and columns keep their type; a list becomes an array of objects. `n` is the number
    of values expected.
    """
    rule = f"`{name}` must be a list, column or array with one value per {of}"
    unordered = isinstance(values, str | bytes | dict | set | pd.DataFrame)
    if unordered or not isinstance(values, Iterable):
        raise ValueError(f"{rule}, but was {kind_of(values)}.")
    if isinstance(values, np.ndarray):
        array = values
    elif isinstance(values, pd.Series | pd.Index):
        array = values.to_numpy()
    else:
        array = pd.Series(list(values), dtype=object).to_numpy()
    if array.ndim != 1 or (array.dtype == object and any(map(is_list_like, array))):
        nested = " of lists" * (array.ndim == 1)
        raise ValueError(f"{rule}, but was {kind_of(values)}{nested}.")
    if n is not None and len(array) != n:
        raise ValueError(f"{rule}, but had {len(array)} for {n} {of}s.")
    return array


def check_shots(ks: object) -> list[int]:
    """Numbers of shots, at least one."""
    ks = check_rows("ks", ks, of="point of the curve").tolist()
    if not ks:
        raise ValueError("`ks` must name at least one number of shots, but named none.")
    return [check_count(f"ks[{place}]", k) for place, k in enumerate(ks)]


def check_labels(
    labels: Sequence[str], name: str = "labels", n: int | None = None, of: str = "cell"
) -> np.ndarray:
    """Labels as an array of strings (N,), none of them missing or empty."""
    labels = check_rows(name, labels, n, of).astype(object)
    texts = labels.astype(str)
    gaps = {"missing: ": pd.isna(labels), "empty strings: name the class, or ": texts == ""}
    for gap, where in gaps.items():
        if where.any():
            raise ValueError(
                f"{where.sum()} of {len(labels)} `{name}` are {gap}leave those rows out first."
            )
    return texts


def check_classes(labels: np.ndarray, what: str) -> tuple[np.ndarray, np.ndarray]:
    """The classes of labels, sorted, and each label's class number; `what` must have two."""
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        got = f"{classes.tolist()}, {len(classes)} class{'es' * (len(classes) != 1)}"
        raise ValueError(f"{what} must have at least two classes, but had {got}.")
    return classes, codes


def check_embeddings(
    Z: object, name: str = "Z", least: int = 1, width: int | None = None
) -> np.ndarray:
    """Embeddings as floating-point numbers (N, D), at least `least` rows, none NaN or infinite.

    `width` is D, if other embeddings say it. Whole numbers and half precision, which would
    overflow, become floats of at least 32 bits.
    """
    rule = f"`{name}` must hold embeddings, numbers (cells, dimensions), as `embed` returns them"
    try:
        array = np.asarray(np.ma.filled(Z, np.nan) if np.ma.isMaskedArray(Z) else Z)
        array = array.astype(float) if array.dtype == object else array
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        fault = f"{kind_of(Z)}, which numpy cannot read: {error}"
        raise ValueError(f"{rule}, but was {fault}") from error
    if array.dtype.kind not in "biuf" or array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{rule}, but was {kind_of(array if array.ndim else Z)}.")
    if len(array) < least:
        raise ValueError(f"{rule}, at least {least} of them, but held {len(array)}.")
    if width not in (None, array.shape[1]):
        widths = f"widths {width} and {array.shape[1]}"
        raise ValueError(f"{rule}, all of one embedder, but had {widths}.")
    array = array.astype(np.result_type(array.dtype, np.float32), copy=False)
    blocks = np.array_split(array, 1 + len(array) // _ROWS_AT_ONCE)
    if bad := array.size - sum(np.count_nonzero(np.isfinite(block)) for block in blocks):
        raise ValueError(
            f"`{name}` must hold finite numbers, but {bad} values are not. Check images and"
            " embedder."
        )
    return array


def check_images(images: object, size: int | None = None, name: str = "images") -> np.ndarray:
    """Images as load_images returns them, uint8 (N, S, S, 3); `size` is S."""
    shape = getattr(images, "shape", ())
    side = size if size is not None else shape[1] if len(shape) > 1 else "S"
    right = isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.ndim == 4
    if not right or images.shape[1:] != (side, side, 3) or side == 0:
        raise ValueError(
            f"`{name}` must be uint8 of shape (N, {side}, {side}, 3), but was {kind_of(images)}."
            f" Take them from load_images(table, size={side})."
        )
    return images


def check_table(
    table: object, columns: Sequence[str] = COLUMNS, name: str = "table", least: int = 0
) -> pd.DataFrame:
    """A table that has these columns and at least `least` rows."""
    if not isinstance(table, pd.DataFrame):
        raise ValueError(
            f"`{name}` must be a table (pandas DataFrame), as the readers return it, but was"
            f" {kind_of(table)}."
        )
    if missing := [column for column in columns if column not in table]:
        raise ValueError(
            f"`{name}` must have the columns {', '.join(columns)}, but lacked"
            f" {', '.join(missing)}; it had {', '.join(map(str, table.columns)) or 'none'}."
        )
    if len(table) < least:
        raise ValueError(
            f"`{name}` must have at least {least} row{'s' * (least > 1)}, but had {len(table)}."
            " Check the split or label selected."
        )
    return table
