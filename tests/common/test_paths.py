from pathlib import Path

import pytest

from bloodshot_lib.common.paths import artifacts_folder, cache_folder, data_folder

VARIABLES = "BLOODSHOT_ARTIFACTS", "XDG_CACHE_HOME", "BLOODSHOT_DATA"


@pytest.fixture(autouse=True)
def homeless(monkeypatch):
    """A user without a home and without settings."""

    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_a_home_is_asked_for_only_where_nothing_else_is_set(monkeypatch):
    assert cache_folder().name.startswith("bloodshot-") and cache_folder().is_absolute()
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_folder() == Path("/cache/bloodshot")
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", "/kept")
    assert cache_folder() == artifacts_folder() == Path("/kept")


def test_a_tilde_is_the_home_folder_or_stays(monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", "~/data")
    monkeypatch.setenv("HOME", "/home/me")
    assert data_folder() == Path("/home/me/data")
    monkeypatch.setenv("BLOODSHOT_DATA", "~nobody-is-called-so/data")
    assert data_folder() == Path("~nobody-is-called-so/data")
