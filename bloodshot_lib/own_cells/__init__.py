"""Your folders or lists of labelled cells, and cells to classify, come in; `cells.csv`, a
spreadsheet and a report that opens offline go out. Here is the command `bloodshot` with its verbs:
each reads folders, calls the other rooms, and writes a result that is whole or absent. Images are
known by their content, never by their names. There is no method of its own here: which cells to
label, how sure a verdict is and what accuracy to expect are up to `fewshot`. No other room calls
it.
"""
