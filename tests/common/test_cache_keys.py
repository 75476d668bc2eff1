"""Keys of finished work hold everything that a result depends on."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from bloodshot_lib.common import cache_keys
from bloodshot_lib.common.cache_keys import code_key, fingerprint, source_key

CODE = """
'''A room.'''
def half(x):
    # the middle
    '''Half of x.'''
    return x / 2
"""


@pytest.fixture
def key(tmp_path, monkeypatch):
    """The key of a library whose room `one` must hold the code given, and `two` none."""
    monkeypatch.setattr(cache_keys, "PACKAGE", tmp_path)
    for room in ("one", "two"):
        (tmp_path / room / "inside").mkdir(parents=True)

    def key(code, rooms=("one",), file="inside/half.py", **options):
        path = tmp_path / "one" / file
        path.write_text(code)
        found = code_key.__wrapped__(*rooms, **options)
        path.unlink()
        return found

    return key


def test_changed_code_is_another_key_and_a_change_of_wording_is_not(key):
    before = key(CODE)
    wording = ("A room", "Some room"), ("# the middle", ""), ("Half of x", "x / 2")
    assert {key(CODE.replace(*change)) for change in wording} == {before}
    assert key(CODE.replace("x / 2", "(x\n        / 2)")) == before, "lines broken otherwise"
    changed = [CODE.replace("/ 2", "/ 3"), CODE.replace("half", "third"), CODE + "half(1)\n"]
    others = [key(code) for code in changed]
    others += [key(CODE, file="half.py"), key(CODE, ("one", "two"), packages=("numpy",))]
    assert len({before, *others}) == 6
    assert key(CODE, ("two",)) == key("", ("two",)), "another room's code does not count"


def test_another_release_of_a_package_is_another_key(monkeypatch):
    before = code_key("synthetic", packages=("numpy", "pillow"))
    monkeypatch.setattr(cache_keys, "version", lambda name: "0")
    assert code_key.__wrapped__("synthetic", packages=("numpy", "pillow")) != before
    assert code_key("synthetic", packages=("numpy", "pillow")) == before, "once per process"


def test_a_key_needs_no_torch():
    code = (
        "import sys; from bloodshot_lib.common.cache_keys import code_key;"
        " code_key('embedder', packages=('torch',)); sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_arrays_are_told_apart_by_shape_type_and_content():
    zeros = np.zeros((2, 3), np.uint8)
    others = [zeros.T.copy(), zeros.astype(np.int8), np.eye(2, 3, dtype=np.uint8), zeros[:1]]
    assert len({fingerprint(array) for array in [zeros, *others]}) == 5
    assert fingerprint(zeros) == fingerprint(zeros.copy())


def test_an_array_that_nothing_can_change_is_hashed_once(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", np.arange(10))
    kept = np.load(tmp_path / "a.npy", mmap_mode="r")
    first = fingerprint(kept)
    monkeypatch.setattr(cache_keys.np, "ascontiguousarray", lambda _: pytest.fail("again"))
    assert fingerprint(kept) == first


def test_an_array_that_can_change_is_hashed_every_time():
    changing = np.arange(10)
    first = fingerprint(changing)
    changing[0] = 5
    assert fingerprint(changing) != first


def _one(number=1):
    return number


def test_a_function_is_known_by_its_name_its_file_and_the_arguments_that_are_fixed():
    functions = [_one, fingerprint, partial(_one, number=2), partial(_one, number=3), partial]
    assert len({source_key(function, "x") for function in functions}) == 5
    assert source_key(_one, "x") == source_key(_one, "y")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("soft k-means", r"`x` must be a function or a class, but was 'soft k-means'"),
        (len, r"source of `x` is part of the key .* cannot be read: write it in a \.py file"),
        (partial(_one, object()), r"arguments of `x` .* numbers, words and lists"),
    ],
)
def test_what_has_no_source_is_refused(function, words):
    with pytest.raises(ValueError, match=words):
        source_key(function, "x")
