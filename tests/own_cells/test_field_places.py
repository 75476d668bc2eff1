"""Where cells lay in their fields: taken from crop's list to the result, and to QuPath."""

import json
import shutil
from pathlib import Path
from uuid import UUID

import openpyxl
import pandas as pd
import pytest

from bloodshot_lib.own_cells.field_places import write_geojson

HEAD = "file,field,x,y,width,height,score,at_edge\n"
LINES = {
    "ape_0.png": "f1.png,10,20,30,40,0.9,False",
    "ape_1.png": "f1.png,0,5.5,30,40,0.8,True",
    "bee_0.png": "P1/f.tif,3,4,5,6,,False",
    "gone.png": "f1.png,1,2,3,4,0.7,False",  # a crop that was deleted
}
CLASSIFY = "classify", "labelled", "cells", "-o"
BLUE, ORANGE, GREEN = [0, 114, 178], [230, 159, 0], [0, 158, 115]


def boxes(lines=LINES, head=HEAD, folder="cells"):
    """Write the list of boxes as crop does."""
    text = head + "".join(f"{file},{rest}\n" for file, rest in lines.items())
    Path(folder, "boxes.csv").write_text(text, encoding="utf-8")


def features(name, result="result"):
    """The objects of a field's file."""
    collection = json.loads(Path(result, "geojson", f"{name}.geojson").read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    return collection["features"]


def test_cells_keep_the_places_that_crop_wrote(bloodshot, folders):
    boxes()
    status, said, _ = bloodshot(*CLASSIFY, "result")
    assert status == 0 and "for QuPath, a file per field" in said
    assert "The places of 6 of 9 cells are not in boxes.csv." in " ".join(said.split())
    rows = pd.read_csv("result/cells.csv", dtype=str, keep_default_na=False)
    assert list(rows)[-6:] == ["field", "x", "y", "width", "height", "at_edge"]
    assert rows.set_index("file").iloc[:4, -6:].to_numpy().tolist() == [
        ["f1.png", "10", "20.000", "30", "40", "False"],
        ["f1.png", "0", "5.500", "30", "40", "True"],
        [""] * 6,
        ["P1/f.tif", "3", "4.000", "5", "6", "False"],
    ]
    sheet = openpyxl.load_workbook("result/result.xlsx")["cells"].iter_rows(values_only=True)
    places = [row[-6:] for row in sheet][1:5]
    assert places[:2] == [("f1.png", 10, 20, 30, 40, None), ("f1.png", 0, 5.5, 30, 40, "yes")]
    assert places[2:] == [(None,) * 6, ("P1/f.tif", 3, 4, 5, 6, None)]
    assert "a file per field" in Path("result/report.html").read_text("utf-8")


def test_qupath_gets_a_file_for_each_field(bloodshot, folders):
    boxes()
    assert bloodshot(*CLASSIFY, "result")[0] == 0
    cells = pd.read_csv("result/cells.csv", index_col="file")
    files = sorted(path for path in Path("result/geojson").rglob("*") if path.is_file())
    assert [str(path) for path in files] == [
        "result/geojson/P1/f.tif.geojson",
        "result/geojson/f1.png.geojson",
    ]
    first, second = features("f1.png")
    assert first["geometry"] == {
        "type": "Polygon",
        "coordinates": [[[10, 20], [40, 20], [40, 60], [10, 60], [10, 20]]],
    }
    corners = [[0, 5.5], [30, 5.5], [30, 45.5], [0, 45.5], [0, 5.5]]
    assert second["geometry"]["coordinates"] == [corners]
    assert first["type"] == "Feature" and UUID(first["id"]) != UUID(second["id"])
    colours = {"ape": BLUE, "bee": ORANGE, "cat": GREEN}  # those of the report's map
    for feature, file in ((first, "ape_0.png"), (second, "ape_1.png")):
        row = cells.loc[file]
        assert feature["properties"] == {
            "objectType": "detection",
            "name": file,
            "classification": {"name": row["predicted"], "color": colours[row["predicted"]]},
            "measurements": {"certainty": row["certainty"], "unlike": int(row["unlike"])},
        }
    assert bloodshot(*CLASSIFY, "again")[0] == 0
    assert features("f1.png", "again")[0]["id"] == first["id"], "to be imported over it"


def test_qupath_gets_how_sure_it_is_and_whether_the_cell_is_unlike_all_labelled(tmp_path):
    place = {"field": ["f.png"], "x": [1], "y": [2], "width": [3], "height": [4]}
    verdict = {"file": ["a.png"], "predicted": ["ape"], "certainty": [1 / 3], "unlike": [True]}
    write_geojson(tmp_path / "geojson", pd.DataFrame(verdict | place), ["ape"])
    (only,) = features("f.png", tmp_path)
    assert only["properties"]["measurements"] == {"certainty": 0.333, "unlike": 1}


def test_every_class_has_a_colour_and_what_is_no_cell_is_written_too(bloodshot, folders):
    for number, colour in enumerate(["bee", "cat", "bee", "cat"]):
        name, file = f"kind_{number}", f"labelled/{colour}/P{number // 2}_{colour}{number // 2}.png"
        Path("labelled", name).mkdir()
        shutil.move(file, f"labelled/{name}/")
    Path("labelled/ape").rename("labelled/not a cell")
    mine = sorted(Path("labelled").glob("*/*.png"))
    for path in mine:
        shutil.copy(path, "cells")
    boxes({path.name: "f.png,1,2,3,4,,False" for path in mine})
    assert bloodshot(*CLASSIFY, "result")[0] == 0
    named = [feature["properties"]["classification"] for feature in features("f.png")]
    assert {each["name"]: each["color"] for each in named} == {
        "bee": BLUE,
        "cat": ORANGE,
        "kind_0": GREEN,
        "kind_1": [204, 121, 167],
        "kind_2": [86, 180, 233],
        "kind_3": [213, 94, 0],
        "not_a_cell": [0, 68, 106],  # the first again, darker
    }


def test_names_of_fields_that_a_disk_may_not_take_do_not_meet(bloodshot, folders):
    fields = ["P1/a.png", "p1/a.png", "P1/a:b.png", "P1/A.PNG", "../up.png", "Ä.png"]
    files = [f"{label}_{number}.png" for label in ("ape", "bee") for number in range(3)]
    pairs = zip(files, fields, strict=True)
    boxes({file: f"{field},1,2,3,4,0.5,False" for file, field in pairs})
    assert bloodshot(*CLASSIFY, "result")[0] == 0
    places = {
        json.loads(path.read_text())["features"][0]["properties"]["name"]: path
        for path in Path("result").rglob("*.geojson")
    }
    below = [places[file].relative_to("result/geojson").as_posix() for file in files]
    assert len({name.casefold() for name in below}) == 6 and sorted(places) == files
    assert below[2] == "P1/a_b.png.geojson" and below[5] == "Ä.png.geojson"
    assert below[4] == "_/up.png.geojson", "no file leaves the result"


def test_the_one_folder_of_a_list_and_an_earlier_result_have_places(bloodshot, folders):
    lines = [f"{name}_{n}.png,{name}" for name in ("ape", "bee") for n in range(2)]
    Path("labels.csv").write_text("\n".join(["file,label", *lines]))
    boxes({file: LINES[file] for file in ("ape_0.png", "bee_0.png")})
    one = "classify", "cells", "--labels", "labels.csv", "-o"
    assert bloodshot(*one, "result")[0] == 0
    assert [each["properties"]["name"] for each in features("f1.png")] == ["ape_0.png"]
    status, said, _ = bloodshot(*one, "again", "--previous", "result")
    assert status == 0 and "0 cells changed since result, 9 did not." in said
    test = "file,label\n" + "".join(f"cat_{n}.png,bee\n" for n in range(3))
    Path("test.csv").write_text(test)
    status, said, _ = bloodshot("compare", "--labels", "test.csv", "result", "--json")
    assert status == 0 and json.loads(said)["cells"] == 3


@pytest.mark.parametrize("lines", [{"gone.png": LINES["gone.png"]}, {}])
def test_cells_of_other_names_are_said_to_have_no_place(bloodshot, folders, lines):
    boxes(lines)
    status, said, _ = bloodshot(*CLASSIFY, "result")
    assert status == 0 and "The places of 9 of 9 cells are not in boxes.csv." in said
    assert "QuPath" not in said and not Path("result/geojson").exists()


def test_a_list_without_the_edge_or_saved_by_a_spreadsheet_is_read(bloodshot, folders):
    boxes({"ape_0.png": "f1.png,1,2,3,4"}, "file,field,x,y,width,height\n")
    assert bloodshot(*CLASSIFY, "one")[0] == 0
    assert list(pd.read_csv("one/cells.csv"))[-2:] == ["width", "height"]
    lines = "file;field;x;y;width;height;score;at_edge", "ape_0.png;f;1;2;3;4;;WAHR", ";;;;;;;"
    Path("cells/boxes.csv").write_text("\r\n".join(lines), encoding="utf-8-sig")
    assert bloodshot(*CLASSIFY, "two")[0] == 0
    assert pd.read_csv("two/cells.csv")["at_edge"][0] in (True, "True")


def test_without_crops_list_nothing_changes(bloodshot, folders):
    assert bloodshot(*CLASSIFY, "result")[0] == 0
    made = {path.name: path.read_bytes() for path in Path("result").iterdir()}
    assert sorted(made) == ["cells.csv", "report.html", "result.xlsx", "summary.json"]
    assert "field" not in pd.read_csv("result/cells.csv")
    assert "in_fields" not in json.loads(made["summary.json"])
    shutil.rmtree("result")
    boxes({"f1.png": "WBC,1,2,3,4"}, "field,kind,xmin,ymin,xmax,ymax\n")  # another program's
    status, said, _ = bloodshot(*CLASSIFY, "result")
    assert status == 0 and "QuPath" not in said
    for name in ("cells.csv", "report.html", "summary.json"):
        assert Path("result", name).read_bytes() == made[name]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "ape_0.png,f1.png,11,20,30,40,0.9,False",
            "must have one box for each cell, but ape_0.png has several",
        ),
        ("cat_0.png,f1.png,far,20,30,40,0.9,False", "but says of cat_0.png x 'far'"),
        ("cat_0.png,f1.png,1,,30,40,0.9,False", "but says of cat_0.png y ''"),
        ("cat_0.png,f1.png,1,inf,30,40,0.9,False", "but says of cat_0.png y 'inf'"),
        ("cat_0.png,f1.png,1,2,0,40,0.9,False", "but says of cat_0.png width '0'"),
        ("cat_0.png,,1,2,30,40,0.9,False", "but says of cat_0.png field ''"),
        ("cat_0.png,f1.png,1,2,30,40,0.9,maybe", "but says of cat_0.png at_edge 'maybe'"),
    ],
)
def test_a_damaged_list_is_an_error_before_the_work(bloodshot, folders, monkeypatch, line, told):
    def never(*_, **__):
        raise AssertionError("the work has begun")

    monkeypatch.setattr("bloodshot_lib.own_cells.verbs.list_cells", never)
    boxes()
    with open("cells/boxes.csv", "a") as file:
        file.write(f"{line}\n")
    status, _, said = bloodshot(*CLASSIFY, "result")
    assert status == 2 and told in said and "cells/boxes.csv" in said
    assert "or crop again" in said and not Path("result").exists()


def test_a_line_that_stands_twice_is_one(bloodshot, folders):
    boxes()
    with open("cells/boxes.csv", "a") as file:
        file.write(f"ape_0.png,{LINES['ape_0.png']}\n")
    assert bloodshot(*CLASSIFY, "result")[0] == 0
    assert len(pd.read_csv("result/cells.csv")) == 9 and len(features("f1.png")) == 2
