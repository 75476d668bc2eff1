"""A person's folders come in, of labelled cells and of cells to classify; `cells.csv` and a report
that opens offline go out. Here is the command `bloodshot` with its verbs `suggest`, `check` and
`classify`: each reads folders, calls the other rooms, and writes a result that is whole or
absent. It adds no method of its own: which cells to label, how sure a verdict is and what
accuracy to expect is `fewshot`'s part. Nothing calls it.
"""
