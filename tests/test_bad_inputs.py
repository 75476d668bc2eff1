"""Every public function, given what it must not be given: each input has the words its error
must contain.
"""

import traceback
from pathlib import Path

import pytest

import bloodshot_lib as bs
from tests.bad_inputs import Bad, arrays, files, network
from tests.bad_inputs.kit import Kit

TABLE: list[Bad] = [*files.CASES, *arrays.CASES, *network.CASES]
LIBRARY = Path(bs.__file__).parent


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    return Kit(tmp_path_factory.mktemp("kit"))


@pytest.mark.parametrize(
    "bad", TABLE, ids=[f"{bad.name}-{number}" for number, bad in enumerate(TABLE)]
)
def test_a_bad_input_gets_an_error_that_names_the_rule(bad, kit):
    with pytest.raises(bad.error, match=bad.words) as caught:
        bad.call(kit)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (
        LIBRARY in Path(last.filename).parents
    ), f"a foreign traceback, {last.filename}: {caught.value}"


def test_the_table_is_about_every_public_name():
    # these come out of functions, never go in by hand
    results = {"ArmResults", "Cells", "ExpectedAccuracy", "HalvesResult", "Profile", "Run"}
    results |= {"UnreadableImageError"}
    assert {bad.name.split(".")[0] for bad in TABLE} == set(bs.__all__) - results
    assert len(TABLE) >= 300
