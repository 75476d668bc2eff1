import numpy as np
import pytest
from PIL import Image

from bloodshot_lib import read_bccd

HEAD = "file,label,field,same_cell_group,strict\n"
ROWS = [
    "eosinophil/a.jpg,eosinophil,f1,7,0",
    "monocyte/b.jpg,monocyte,f1,7,1",
    "monocyte/c.jpg,monocyte,f2,8,1",
]


@pytest.fixture
def root(tmp_path):
    for row in ROWS:
        path = tmp_path / row.split(",")[0]
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)
    (tmp_path / "index.csv").write_text(HEAD + "\n".join(ROWS) + "\n")
    return tmp_path


def test_the_list_names_label_and_group(root):
    table = read_bccd(root)
    assert list(table["label"]) == ["eosinophil", "monocyte", "monocyte"]
    assert list(table["subject"]) == ["cell 7", "cell 7", "cell 8"]
    assert table["path"][0] == str(root / "eosinophil/a.jpg")
    assert list(read_bccd(root, strict=True)["label"]) == ["monocyte", "monocyte"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("file,label\na,b\n", "first line must be file,label,same_cell_group "),
        (HEAD + "eosinophil/a.jpg,,f,1,1\n", "none of its 1 lines has a label"),
        (HEAD + "eosinophil/a.jpg,b,f,1,2\n", "`strict of eosinophil/a.jpg` must be one of 0, 1"),
        ("", "first line must be .*, but was ''"),
    ],
)
def test_a_damaged_list_is_refused(root, text, words):
    (root / "index.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        read_bccd(root, strict="must be one of" in words)


def test_what_is_missing_is_named(root):
    (root / "monocyte/c.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"not in .*, first 'monocyte/c\.jpg'"):
        read_bccd(root)
