"""Every public function, given what it must not be given: each input has the words its error
must contain.
"""

import os
import traceback
from pathlib import Path

import pytest

import bloodshot_lib as bs
from tests.bad_inputs import Bad, arguments, arrays, files, network
from tests.bad_inputs.kit import Kit

TABLE: list[Bad] = [*arguments.CASES, *files.CASES, *arrays.CASES, *network.CASES]
LIBRARY = Path(bs.__file__).parent


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    return Kit(tmp_path_factory.mktemp("kit"))


def _change(bad: Bad, kit: Kit) -> dict:
    return bad.change(kit) if callable(bad.change) else bad.change


def _call(bad: Bad, kit: Kit) -> None:
    needed = arguments.ARGUMENTS.get(bad.name, {})
    good = {name: kit.good[name] for name in needed if name in kit.good}
    kit.function(bad.name)(**good | _change(bad, kit))


def _check(bad: Bad, kit: Kit) -> None:
    with pytest.raises(bad.error, match=bad.words) as caught:
        _call(bad, kit)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (
        LIBRARY in Path(last.filename).parents
    ), f"a foreign traceback, {last.filename}: {caught.value}"


@pytest.mark.parametrize(
    "bad", TABLE, ids=[f"{bad.name}-{number}" for number, bad in enumerate(TABLE)]
)
def test_a_bad_input_gets_an_error_that_names_the_rule(bad, kit):
    _check(bad, kit)


@pytest.mark.parametrize(("refused", "bad"), files.LOCKED)
def test_what_may_not_be_read_is_named(refused, bad, kit, monkeypatch):
    bad = bad._replace(change=_change(bad, kit))
    monkeypatch.setattr(os, refused, files.refusing(getattr(os, refused)))
    _check(bad, kit)


def test_the_table_is_about_every_public_name():
    # these come out of functions, never go in by hand
    results = {"ArmResults", "Cells", "ExpectedAccuracy", "HalvesResult", "Profile", "Run"}
    results |= {"UnreadableImageError"}
    assert {bad.name.split(".")[0] for bad in TABLE} == set(bs.__all__) - results
    assert len(TABLE) >= 300
