"""Your folders of labelled cells and of cells to classify come in; `cells.csv` and a report that
opens offline go out. Here is the command `bloodshot` with its verbs: each reads folders, calls the
other rooms, and writes a result that is whole or absent. There is no method of its own here:
which cells to label, how sure a verdict is and what accuracy to expect are up to `fewshot`. No
other room calls it.
"""
