"""Boxes as our own table, Fiji, QuPath, COCO and YOLO hold them, and what is refused."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from roifile import ROI_OPTIONS, ROI_TYPE, ImagejRoi

from bloodshot_lib.fields.box_files import read_boxes, write_boxes

SIZES = {"P1/a.png": (200, 100), "P2/b.tif": (100, 100)}
ONE = {"a.png": (200, 100)}
BOX = [20, 30, 40, 50]  # in a field of 200 x 100, as each of these programs writes it
CORNERS = [[20, 30], [60, 30], [60, 80], [20, 80], [20, 30]]


def feature(kind="Polygon", coordinates=(CORNERS,)):
    geometry = {"type": kind, "coordinates": coordinates}
    properties = {"objectType": "annotation", "classification": {"name": "WBC"}}
    return {"type": "Feature", "id": "x", "geometry": geometry, "properties": properties}


def roi(kind=ROI_TYPE.OVAL, **more):
    sides = {"left": 20, "top": 30, "right": 60, "bottom": 80}
    return ImagejRoi(roitype=kind, **{**sides, **more}).tobytes()


def archive(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as inside:
        for name, content in files.items():
            inside.writestr(name.replace("_", "."), content)
    return file.getvalue()


def coco(name="a.png", size=(200, 100), **more):
    images = [{"id": 7, "file_name": name, "width": size[0], "height": size[1]}]
    images.append({"id": 8, "file_name": "no box, not there.png", "width": 1, "height": 2})
    annotations = [{"id": 1, "image_id": 7, "category_id": 1, "bbox": BOX, **more}]
    return {"images": images, "annotations": annotations, "categories": []}


FLOATS = ROI_OPTIONS.SUB_PIXEL_RESOLUTION
KINDS = {
    "ours": "field,x,y,width,height,score\nP1/a.png,20.0,30.0,40.0,50.0,\n",
    "more columns": "file,field,x,y,width,height,score,at_edge\nc.png,P1/a.png,20,30,40,50,,True\n",
    "a spreadsheet": "\ufefffield;x;y;width;height;score\r\nP1/a.png;20,0;30,00;40;50;\r\n",
    "tabs, UTF-16": "Height\tWidth\tY\tX\tField\r\n50\t40\t30\t20\tP1\\a.png\r\n".encode("utf-16"),
    "corners": "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,200,100,WBC,20,30,60,80\n",
    "Fiji": ' ,Label,Area,X,Y,BX,BY,Width,Height\n1,"a.png:0001-0052",9,40,55,20,30,40,50.000\n',
    "QuPath": json.dumps({"type": "FeatureCollection", "features": [feature()]}),
    "features": json.dumps([feature("MultiPolygon", [[CORNERS[:2]], [CORNERS[2:4]]])]),
    "one feature": json.dumps(feature()),
    "COCO": json.dumps(coco()),
    "COCO, by path": json.dumps(coco("P1/a.png", score=None)),
    "YOLO": "0 0.2 0.55 0.2 0.5\n",
    "YOLO's outline": "3 0.1 0.3 0.3 0.5 0.2 0.8\n\n",
    "ROI": roi(),
    "ROIs": archive(one_roi=roi(ROI_TYPE.RECT), note_txt="no ROI"),
    "ROI between pixels": roi(
        ROI_TYPE.RECT, left=19, version=228, options=FLOATS, xd=20, yd=30, widthd=40, heightd=50
    ),
}


@pytest.fixture
def save(tmp_path):
    """Write files of boxes into a folder: text, bytes, or JSON."""

    def write(**files):
        for name, content in files.items():
            path = tmp_path / "boxes" / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, dict | list):
                content = json.dumps(content)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path if len(files) == 1 else tmp_path / "boxes"

    return write


def values(boxes):
    """Rows without the score."""
    assert list(boxes) == ["field", "x", "y", "width", "height", "score"]
    return boxes.drop(columns="score").to_numpy().tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_recognised_and_read(kind, save):
    boxes = read_boxes(save(a_out=KINDS[kind]), SIZES)
    assert values(boxes)[0][0] == "P1/a.png"
    assert np.allclose(boxes.iloc[0, 1:5].astype(float), BOX) and len(boxes) == 1
    assert np.isnan(boxes["score"][0])


SCORED = {
    "ours": 'field,x,y,width,height,score\na.png,20,30,40,50,"0,25"\n',
    "COCO": coco(score=0.25),
    "YOLO": "0 0.2 0.55 0.2 0.5 0.25",
    "YOLO's outline": "3 0.1 0.3 0.3 0.5 0.2 0.8 0.25",
}


@pytest.mark.parametrize("kind", SCORED)
def test_a_score_is_kept(kind, save):
    boxes = read_boxes(save(a_csv=SCORED[kind]), ONE)
    assert boxes["score"].tolist() == [0.25]
    assert np.allclose(boxes.iloc[0, 1:5].astype(float), BOX)


def test_fijis_labels_name_the_image_then_the_roi(save):
    rows = "b.png:0001-0052,1,2,3,4\na.png:0002-0060,5,6,7,8\nb.png:0003-0061:2,5,6,7,8\n"
    boxes = read_boxes(save(r_csv="Label,BX,BY,Width,Height\n" + rows), {**ONE, "b.png": (99, 99)})
    assert boxes["field"].tolist() == ["a.png", "b.png", "b.png"]
    assert boxes["x"].tolist() == [5, 1, 5]


TABLE = "x,y,width,height\n20,30,40,50\n"


def test_a_folder_has_a_file_per_field_and_the_rows_are_in_the_order_of_the_fields(save):
    folder = save(
        P2__b_geojson=[feature()], P1__a_png_csv=TABLE, classes_txt="WBC", data_yaml="x",
        _hidden_csv="?", P1__slide_svs="a field",
    )  # fmt: skip
    Image.new("RGB", (2, 2)).save(folder / "P1/a.png")
    assert values(read_boxes(folder, SIZES)) == [["P1/a.png", *BOX], ["P2/b.tif", *BOX]]
    reverse = dict(reversed(SIZES.items()))
    assert read_boxes(folder, reverse)["field"].tolist() == ["P2/b.tif", "P1/a.png"]


def test_a_file_without_a_box_is_a_field_without_cells(save):
    folder = save(a_txt="", b_geojson={"type": "FeatureCollection", "features": []}, c_csv=TABLE)
    assert read_boxes(folder, {**ONE, "b.png": (9, 9), "c.png": (200, 100)})["field"][0] == "c.png"


def test_other_files_are_left_out_with_a_note(save):
    folder = save(a_csv=TABLE, page_html="<p>")
    with pytest.warns(UserWarning, match=r"^Left out: .*page\.html \(of a kind"):
        assert len(read_boxes(folder, ONE)) == 1


def test_one_file_for_one_field_may_have_any_name_but_rows_name_their_field(save):
    assert values(read_boxes(save(RoiSet_zip=KINDS["ROIs"]), ONE)) == [["a.png", *BOX]]
    with pytest.raises(ValueError, match="fields that are not there: 'RoiSet'"):
        read_boxes(save(RoiSet_zip=KINDS["ROIs"]), SIZES)
    with pytest.raises(ValueError, match=r"fields that are not there: 'P1/c\.png'"):
        read_boxes(save(boxes_csv=KINDS["ours"].replace("a.png", "c.png")), ONE)


@pytest.mark.parametrize(
    "name, field",
    [
        ("P1/a.png", "P1/a.png"),
        ("./P2\\a.png", "P2/a.png"),
        ("P1/a", "P1/a.png"),
        ("elsewhere/c.png", "P2/c.png"),
        ("c", "P2/c.png"),
        ("c.jpeg", "P2/c.png"),
        ("e.png", "P2/e.png"),
        ("d", "d.1.png"),
        ("d.1", "d.1.png"),
        ("Größe.png", "Gro\u0308ße.png"),
    ],
)
def test_a_field_is_meant_by_its_path_its_files_name_or_its_stem(save, name, field):
    fields = [
        "P1/a.png",
        "P2/a.png",
        "P2/c.png",
        "P1/e.tif",
        "P2/e.png",
        "d.1.png",
        "Gro\u0308ße.png",
    ]
    sizes = dict.fromkeys(fields, (200, 100))
    if name == "d":
        sizes["d.png"], field = sizes.pop("d.1.png"), "d.png"
    path = save(boxes_csv=f"field,x,y,width,height\n{name},20,30,40,50\n")
    assert read_boxes(path, sizes)["field"].tolist() == [field]


def test_a_box_is_cut_to_the_edge_if_it_reaches_over_it_by_a_pixel(save):
    rows = "a.png,-1,-0.5,10.1,10\na.png,190,90,11,10.5\na.png,0,0,200,100\na.png,0.1,0,0.2,1\n"
    boxes = read_boxes(save(b_csv="field,x,y,width,height\n" + rows), ONE)
    assert np.allclose(boxes[["x", "y"]], [[0, 0], [190, 90], [0, 0], [0.1, 0]])
    sides = boxes[["width", "height"]].to_numpy().tolist()
    assert np.allclose(sides[:3], [[9.1, 9.5], [10, 10], [200, 100]])
    assert sides[3] == [0.2, 1], "to the letter, as it was"


def test_identical_boxes_are_kept_once_and_said(save):
    rows = "a.png,1,2,3,4,0.5\na.png,1,2,3,4,0.7\na.png,1,2,3,5,\nc.png,1,2,3,4,\n"
    path = save(b_csv="field,x,y,width,height,score\n" + rows)
    with pytest.warns(UserWarning, match=r"boxes/b\.csv repeats 1 of its 4 boxes"):
        boxes = read_boxes(path, {**ONE, "c.png": (9, 9)})
    assert boxes["height"].tolist() == [4, 5, 4]


def ours(*rows):
    return "\n".join(["field,x,y,width,height,score", *rows])


def outline(*points):
    return feature(coordinates=[list(points)])


REFUSED = {
    "not there": (ours(*(f"{n},1,1,1,1," for n in "cdefg")), "'c'; 'd'; 'e'; and 2 more. Name"),
    "nowhere": (ours(",1,1,1,1,"), "not there: ''"),
    "not told apart": (ours("b,1,1,1,1,"), "'b' is b.png or b.jpg. Add"),
    "two names": (ours("P1/a.png,1,1,1,1,", "a.png,2,1,1,1,"), "a.png is P1/a.png in x.csv and a"),
    "no number": (ours("a,1,,1,1,", "a,x,1,1,1,"), "x.csv .* box 1 has y ''; box 2 has x 'x'"),
    "infinite": (ours("a,1,1,inf,1,"), "box 1 has width 'inf'"),
    "thousands": (ours('a,"1,234.5",1,1,1,'), "box 1 has x '1,234.5'"),
    "no width": (
        ours("a,1,1,1,1,", "a,1,1,0,1,"),
        "than 0 pixels, but box 2 of x.csv has x 1, y 1, wi",
    ),
    "upside down": (
        "field,xmin,ymin,xmax,ymax\na,5,1,2,9",
        "x 5, y 1, width -3, height 8 in a.png",
    ),
    "outside": (
        ours("a,1,1,1,1,", "a,150.25,1,51.76,5,0.5"),
        r"inside their field, but box 2 of x\.csv has x 150\.2,"
        r" y 1, width 51\.8, height 5, score 0\.5"
        r" in a\.png, 200 x 100 pixels\. They may be of another field .*micrometres",
    ),
    "before": (ours("a,-1.1,1,9,9,"), "inside their field"),
    "above": (ours("a,1,-1.1,9,9,"), "inside their field"),
    "below": (ours("a,1,1,9,100.1,"), "inside their field"),
    "just outside": (ours("a,200,1,0.5,1,"), "inside their field"),
    "just before": (ours("a,-0.5,1,0.5,1,"), "inside their field"),
    "score": (ours("a,1,1,1,1,97"), "Scores must be 0 to 1, but box 1 of x.csv .* score 97 in"),
    "no box": (ours(), "has no box: check"),
    "a title twice": ("field,x,y,width,height,x\na,1,1,1,1,1", "each once"),
    "of another kind": ("file,label\na.png,WBC\n", "x.csv holds no boxes that can be read"),
    "Results without them": (" ,Area,X,Y\n1,9,40,55\n", "tick 'Bounding rectangle'"),
    "calibrated": ("BX,BY,Width,Height\n1,1,2,2\n1.5,1,2,2", "box 2 has 1.5, 1, 2, 2, as if the"),
    "points": ([feature(), feature("Point", [1, 2])], r"without an area: object 2 \(Point\)\. Dr"),
    "no geometry": ([{"type": "Feature"}], r"object 1 \(nothing\)"),
    "no corner": ([feature(coordinates=[])], r"object 1 \(Polygon\)"),
    "endless": ([outline([1, 2], [float("inf"), 3])], r"object 1 \(Polygon\)"),
    "a line": ([outline([1, 2], [9, 2])], "than 0 pixels"),
    "damaged JSON": ("[{", "x.csv is damaged JSON .*Export it again"),
    "other JSON": ({"features": []}, "x.csv holds no boxes"),
    "other list": ([1, 2], "x.csv holds no boxes"),
    "another size": (coco(size=(400, 200)), "a.png is 200 x 100 pixels, in x.csv it is 400 x 200"),
    "half a size": (coco(size=(200, None)), "in x.csv it is 200 x nan"),
    "another id": (coco(image_id=9), "box 1 is of image 9"),
    "no bbox": (coco(bbox=[1, 2, 3]), "box 1 has x None"),
    "a wrong bbox": (coco(bbox=[1, 2, True, 4]), "box 1 has width True"),
    "pixels": ("0 0.5 0.5 0.1 0.1\n0 60 50 9 9", "0 to 1, but was '0 60 50 9 9'. Export"),
    "words": ("0 0.5 0.5 0.1 0.1\n0 cell 0.5 0.1 0.1", "but was '0 cell"),
    "half a line": ("0 0.5 0.5 0.1 0.1\n0 0.5 0.5", "but was '0 0.5 0.5'"),
    "ROI of points": (roi(ROI_TYPE.POINT), r"without an area: x\.csv \(point\)"),
    "half a ROI": (roi()[:50], "x.csv holds no ROIs that can be read .*too short"),
    "no ROIs": (archive(a_txt="x"), "no file in it ends in .roi"),
    "half an archive": (KINDS["ROIs"][:40], "x.csv holds no ROIs that can be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_and_named(case, save):
    content, words = REFUSED[case]
    fields = {**ONE, "x.png": (200, 100), "b.png": (9, 9), "b.jpg": (9, 9)}
    with pytest.raises(ValueError, match=words):
        read_boxes(save(x_csv=content), fields)


def test_one_field_has_its_boxes_in_one_file(save):
    with pytest.raises(ValueError, match=r"a\.png is a in a\.csv and a\.png in a\.png\.csv"):
        read_boxes(save(a_csv=TABLE, a_png_csv=TABLE), ONE)


def test_what_is_not_there_is_refused(save, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file or folder of boxes .*gone"):
        read_boxes(tmp_path / "gone", ONE)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="empty holds no file of boxes"):
        read_boxes(tmp_path / "empty", ONE)


def test_our_own_table_comes_back_as_it_was_written(tmp_path):
    table = pd.DataFrame(
        {
            "file": ["c.png", "d.png"], "field": ["Größe, 2.png", "a.png"], "x": [1.26, 2],
            "y": [1, 2], "width": [3.04, 4], "height": [5, 6.0], "score": [0.98765, np.nan],
            "at_edge": [True, False],
        }
    )  # fmt: skip
    write_boxes(tmp_path / "boxes.csv", table)
    text = (tmp_path / "boxes.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines()[1:] == [
        'c.png,"Größe, 2.png",1.3,1,3.0,5.0,0.988,True', "d.png,a.png,2.0,2,4.0,6.0,,False"
    ]  # fmt: skip
    boxes = read_boxes(tmp_path / "boxes.csv", {"Größe, 2.png": (9, 9), "a.png": (9, 9)})
    assert values(boxes) == [["Größe, 2.png", 1.3, 1, 3, 5], ["a.png", 2, 2, 4, 6]]
    assert boxes["score"][0] == 0.988 and np.isnan(boxes["score"][1])
