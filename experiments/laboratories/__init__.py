"""Many laboratories: recipes compared by leaving one laboratory out, and release 3.

Written down before the runs:

- **Laboratories**: Barcelona, BCCD, Bangkok, BCISC, Munich. A recipe is trained on the cells of
  all but one of the last four, and scored on the one left out. Without Barcelona, which has nine
  in ten of the cells, it would be another recipe; there novel classes are scored (`novel`).
  Delhi, the report's target, is never trained on and has no part in any choice; it is looked at
  once, with the finished release.
- **Score**: balanced accuracy of the library's own head (`lda`) at k = 1, 5, 10, in random halves,
  `groups` on one side; the mean over BCCD, Bangkok, BCISC and Munich decides. BCCD is scored on
  its strict list, too. Munich has its fifteen classes at k = 1 and 5; at k = 10 those four of
  which a half holds ten.
- **First, small**: two are left out at a time (BCCD and Munich; Bangkok and BCISC), 10,000 images
  of 128 px are seen, from the weights of `bloodshot-pbc-2`, which has seen Barcelona alone.
  One change at a time.
- **Then, whole**: the winner, with each left out in turn, at its full size.

`python -m experiments.laboratories small` and `whole` run what is unfinished of these and write
results/laboratories/; with `--part 1/2` and `2/2` two processes share the work.
"""
