"""How suggested cells get their labels, and which command is next."""

from argparse import Namespace

from .options import command

LIST, TEST_LIST = "labels.csv", "test_labels.csv"  # what the pages save


def list_of(asked: Namespace) -> str:
    """The list that the contact sheet saves: a test's are never among those to learn from."""
    return TEST_LIST if asked.random else LIST


def naming_command(asked: Namespace) -> str:
    """What follows when cells were named in the contact sheet."""
    if asked.random:
        return command("compare", "--labels", TEST_LIST, "RESULT")
    folders = filter(None, [asked.labelled, asked.cells])
    return command("check", *folders, "--labels", LIST)


def sorting_step(asked: Namespace) -> str:
    """How cells get labels without the contact sheet's script."""
    if asked.labels and not asked.random:
        return f"add a line for each to {asked.labels}: its file as the sheet names it, its label"
    if asked.labelled and not asked.random:
        return f"move each into the folder of its class in {asked.labelled}"
    return f"make a folder in {asked.output} for each class, and move each image into its class"


def sorting_command(asked: Namespace) -> str:
    """What follows when the images were sorted."""
    if asked.random:
        return command("compare", asked.output, "RESULT")
    if asked.labels:
        folders = filter(None, [asked.labelled, asked.cells])
        return command("check", *folders, "--labels", asked.labels)
    return command("check", asked.labelled or asked.output, asked.cells)
