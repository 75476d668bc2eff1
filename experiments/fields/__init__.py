"""White cells in whole fields: the finder behind `bloodshot crop`, trained and judged.

Written down before the runs:

- **Laboratories**: BCCD, Bangkok and BCISC, whose fields have a box around every annotated white
  cell. Single cells of Barcelona and Munich, in the middle of their images, teach what a cell is,
  but not how wide. Smudges and platelets are no cells.
- **Finder**: four heads, the same but for their seeds, on a network that is not trained any
  further. Its feature maps are computed once, of several versions of each field, some 900 of each
  laboratory: scale, place and light vary far more than in any one of them.
- **Left out**: each laboratory in turn. Neither the network nor the heads have seen any of it.
- **Halves**: the heads of the release's recipe learn from a random half of each laboratory's
  fields and are judged on the others; the network has seen cells of all three. A few cells of
  BCCD were photographed twice and may be in both halves.
- **Judged** is the command itself, which also has to find the folder's scale. A cell is found if
  a crop's middle lies in its box; a crop in no box, or the second in one, is false. Some white
  cells, most of them at the edge, are not annotated: crops of those also count as false.
- **Enough** is nine cells in ten, with one false crop for four true ones at most, in each
  laboratory.

The recipe was developed on these laboratories, one left out at a time: a fourth would be a
fresher test.

`python -m experiments.fields leave_out`, `halves` and `release` do what is unfinished of these
and write results/fields/; `release` also writes the released weights.
"""
