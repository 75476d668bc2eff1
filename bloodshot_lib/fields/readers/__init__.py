"""Readers: one file for each kind in which other programs save boxes. What is in a file comes in;
boxes as the file has them go out, a row per box (see `raw_boxes`), so nothing downstream knows
which program drew them. A new kind is a new file here, and a line in `box_file.py`.
"""
