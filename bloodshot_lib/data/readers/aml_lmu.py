"""The reader of AML-Cytomorphology_LMU, the report's source set."""

from pathlib import Path

import pandas as pd

from ...common.checks import check_choice, check_rows
from ..class_folders import cells_in, class_folders
from ..folder_contents import existing_folder
from ..image_listing import warn_of
from ..tables import table_of

AML_CLASSES = tuple("BAS EBO EOS KSC LYA LYT MMZ MOB MON MYB MYO NGB NGS PMB PMO".split())
AML_RARE = ("KSC", "LYA", "MMZ", "MOB")  # the four classes that the report drops


def read_aml_lmu(root: str | Path, drop: tuple[str, ...] = AML_RARE) -> pd.DataFrame:
    """Read AML-Cytomorphology_LMU (Matek et al. 2019): a table with a row per image.

    The data set has 15 class folders of RGBA TIFFs named `<CLASS>_<number>.tiff`; names ending
    in `.tiff.tiff` are accepted. File names hold no subject, so subjects are empty strings.

    - `root`: the folder that holds the class folders.
    - `drop`: classes to leave out; by default the four rare ones that the report drops (KSC,
      LYA, MMZ, MOB).

    Raises as `read_image_folder` does, and ValueError for a class that the data set does not
    have, or a file in another class's folder.
    """
    for name in check_rows("drop", drop, of="class"):
        check_choice("drop", name, AML_CLASSES)
    root = existing_folder("root", root, "AML-Cytomorphology_LMU's class folders BAS, EBO, ...")
    rows, left_out = [], {}
    for folder in class_folders(root, left_out):
        if folder.name not in AML_CLASSES:
            raise ValueError(
                f"{folder} is not a class of AML-Cytomorphology_LMU. Pass the folder that holds"
                f" {', '.join(AML_CLASSES)} alone, or use read_image_folder."
            )
        for path, _ in cells_in(folder, left_out, (".tiff",)):
            if (label := path.name.split("_")[0]) != folder.name:
                raise ValueError(
                    f"{path.name} is in the folder {folder.name}: unpack the archive again."
                )
            if label not in drop:
                rows.append((path, label, "", ""))
    warn_of(left_out)
    return table_of(rows)
