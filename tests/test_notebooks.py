"""The chapters' craft: structure and stored outputs. That the outputs are still true is
nbval's part.
"""

import ast
import itertools
import re
import statistics

import nbformat
import pytest

from tests.conftest import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _tags(cell):
    return cell.metadata.get("tags", [])


def test_the_chapters_are_there():
    names = [path.stem for path in NOTEBOOKS]
    assert names[:7] == [
        "01_data_exploration",
        "02_gpu_training",
        "03_loss_ablation",
        "04_pca_visualization",
        "05_k_sweep",
        "06_reading_the_report",
        "07_beyond_the_report",
    ]


def test_numbered_chapters_stand_in_the_book_in_their_order():
    listed = re.findall(r"file: notebooks/(\d\d_\w+)", (PROJECT / "_toc.yml").read_text())
    assert listed == [path.stem for path in NOTEBOOKS if path.stem[0].isdigit()]


def test_it_was_run_top_to_bottom_without_an_error(notebook):
    cells = _code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [out for cell in cells for out in cell.outputs if out.output_type == "error"]


def test_it_checks_at_least_one_stored_claim(notebook):
    checked = [
        cell
        for cell in _code(notebook)
        if cell.outputs and "nbval-ignore-output" not in _tags(cell)
    ]
    assert len(checked) >= 3
    assert not [
        cell
        for cell in _code(notebook)
        if "nbval-skip" in _tags(cell) or "skip-execution" in _tags(cell)
    ]


def test_only_ignored_cells_write_to_stderr(notebook):
    loud = [c for c in _code(notebook) if any(out.get("name") == "stderr" for out in c.outputs)]
    assert all({"nbval-ignore-output", "remove-stderr"} <= set(_tags(cell)) for cell in loud)


def test_it_has_the_skeleton_of_a_chapter(notebook):
    first, text = notebook.cells[0].source, "\n".join(
        c.source for c in notebook.cells if c.cell_type == "markdown"
    )
    assert (
        first.startswith("(") and "\n# " in first and ":::{admonition} In this chapter" in first
    )
    assert 3 <= first.count("\n- ") <= 5
    assert "**The question.**" in first and "**What you need.**" in first
    assert "## What we learned" in text and "**Sources.**" in text
    assert sum("parameters" in _tags(cell) for cell in _code(notebook)) == 1


def test_a_sentence_stands_between_code_cells_which_are_short(notebook):
    kinds = [cell.cell_type for cell in notebook.cells]
    assert ("code", "code") not in itertools.pairwise(kinds)
    assert kinds.count("markdown") >= kinds.count("code")
    lines = [cell.source.splitlines() for cell in _code(notebook)]
    lengths = [len(each) for each in lines]
    assert statistics.median(lengths) <= 6 and statistics.quantiles(lengths, n=10)[-1] <= 20
    widths = [len(line) for each in lines for line in each]
    assert max(widths) <= 88, "wider lines scroll in the book"


def _prose(notebook):
    """The markdown without its code, formulas, roles and directives' options."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"(?s)```.*?```|\$.*?\$|\{[\w:]+\}`[^`]*`|`[^`]*`|^\(.*?\)=$", " ", text)


def test_no_number_in_prose_is_one_that_a_cell_printed(notebook):
    printed = "\n".join(
        out.get("text", "") + "".join(out.get("data", {}).get("text/plain", ""))
        for cell in _code(notebook)
        for out in cell.outputs
    )
    decimals = re.compile(r"(?<![\w.])\d*\.\d{2,}(?![\w.]*\d)")
    printed = {number.lstrip("0") for number in decimals.findall(printed)}
    assert {
        number for number in decimals.findall(_prose(notebook)) if number.lstrip("0") in printed
    } == set()


def test_every_equation_is_numbered_and_used(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "$$" not in text, "display formulas are {math} directives with a label"
    for block in re.findall(r"(?s)```\{math\}(.*?)```", text):
        label = re.search(r":label: (\S+)", block)
        assert label, block
        assert f"{{eq}}`{label[1]}`" in text, "an equation is referred to in a sentence"


def test_it_imports_only_the_library_and_numpy_and_defines_nothing(notebook):
    for cell in _code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ClassDef | ast.FunctionDef), cell.source
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module]
                    if isinstance(node, ast.ImportFrom)
                    else [alias.name for alias in node.names]
                )
                assert names in (["bloodshot_lib"], ["numpy"]), cell.source


def test_every_figure_is_captioned_named_used_and_described(notebook):
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    for cell in _code(notebook):
        html = [out.get("data", {}).get("text/html", "") for out in cell.outputs]
        html = [text for text in html if "Plotly.newPlot" in text]
        figure = cell.metadata.get("mystnb", {}).get("figure")
        assert bool(html) == bool(figure), cell.source
        if figure:
            assert (
                figure["caption"].endswith(".") and f"{{numref}}`{figure['name']}`" in text
            ), figure
            assert 'aria-label=""' not in html[0] and "aria-label=" in html[0]
