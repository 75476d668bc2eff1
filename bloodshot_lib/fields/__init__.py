"""Whole fields of a microscope come in; a table of boxes, a row per white cell, and crops go out.
Here are the finder, a light head on the embedder's own features, with the scale at which a folder
of fields is looked at; fields and whole slides as files, read region by region; boxes as other
programs save them; and the cutting of cells.
"""
