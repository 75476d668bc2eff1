"""Run a profile and write its results: `python -m bloodshot_lib.study <profile>`."""

import argparse

from ..common.launched_processes import this_process
from ..fewshot.comparisons import compare_arms
from .arms import run_arms
from .profiles import load_profile
from .results import write_results


def main() -> None:
    """Run a profile's arms at each of its k, and write what they made to results/.

    That is episodes, replicates, histories and provenance.
    """
    parser = argparse.ArgumentParser(
        prog="python -m bloodshot_lib.study", description=main.__doc__
    )
    parser.add_argument("profile", help="a name in profiles/ or the path of a .toml file")
    profile = load_profile(parser.parse_args().profile)
    made = run_arms(profile, profile.episodes.ks, progress=True)
    if this_process().main:
        folder = write_results(profile, made)
        at_k = made.episodes[made.episodes["k"] == profile.episodes.k]
        first = next(iter(profile.arms))
        table = compare_arms(at_k, made.replicates, "balanced_accuracy", to=first)
        print(table.round(3).to_string())
        print(f"written to {folder}")


if __name__ == "__main__":
    main()
