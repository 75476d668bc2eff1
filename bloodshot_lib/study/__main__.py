"""Run a profile and write its results: `python -m bloodshot_lib.study <profile>`."""

import argparse

import pandas as pd

from ..common.launched_processes import this_process
from ..fewshot.comparisons import compare
from ..fewshot.intervals import summarise
from .arms import run_arms
from .laboratories import run_laboratory
from .profile_files import load_profile
from .profiles import Profile
from .results import write_results


def main() -> None:
    """Run a profile at each of its k, and write what it made to results/.

    That is, of its arms or of its finished embedder, episodes, replicates and provenance, and
    histories or confusions.
    """
    parser = argparse.ArgumentParser(prog="python -m bloodshot_lib.study", description=main.__doc__)
    parser.add_argument("profile", help="a name in profiles/ or the path of a .toml file")
    profile = load_profile(parser.parse_args().profile)
    if profile.embedder:
        made = run_laboratory(profile, progress=True)
    else:
        made = run_arms(profile, profile.episodes.ks, progress=True)
    if this_process().main:
        folder = write_results(profile, made)
        print(_table(profile, made).round(3).to_string())
        print(f"written to {folder}")


def _table(profile: Profile, made) -> pd.DataFrame:
    """Balanced accuracy: of each arm, or at each k."""
    if profile.embedder:
        columns = ["k", "balanced_accuracy"]
        return summarise(made.episodes[columns], by="k", replicates=made.replicates[columns])
    at_k = made.episodes[made.episodes["k"] == profile.episodes.k]
    first = next(iter(profile.arms))
    replicates = made.replicates
    return compare(at_k, "balanced_accuracy", to=first, pairs="seed", replicates=replicates)


if __name__ == "__main__":
    main()
