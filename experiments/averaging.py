"""Two trainings from one start -> one network, the mean of their weights.

Wortsman et al. 2022, "Model soups".
"""

import bloodshot_lib as bs


def mean_of(one: bs.Embedder, other: bs.Embedder) -> bs.Embedder:
    """The first embedder, with each weight the mean of its own and the other's."""
    theirs = other.state_dict()
    one.load_state_dict(
        {
            name: (value + theirs[name]) / 2 if value.is_floating_point() else value
            for name, value in one.state_dict().items()
        }
    )
    return one
