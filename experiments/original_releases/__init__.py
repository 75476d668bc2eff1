"""From a data set's original release to the folder of crops that profiles read.

`python -m experiments.original_releases SET RELEASE OUT`, where SET is

- `bangkok`: github.com/singgihbekti/WBC_Dataset at 45759ab, MIT;
- `bcisc`: github.com/fpklipic/BCISC at 10cd08c, Apache-2.0;
- `bccd`: github.com/Shenggan/BCCD_Dataset at d272fb1, MIT;
- `barcelona`: doi 10.17632/snkd93bnjr.1, CC BY 4.0, at `--size` 128 or 192 px;

RELEASE the folder that was downloaded and unpacked, and OUT a new folder, whole or absent: a
folder of crops for each class, and `index.csv`, which names them. Names, kinds and qualities of
the files are those of the sets behind `results/`, so that they are the same, and with them a
result's `data_fingerprint`, wherever Pillow encodes as it did there.

In `manifests/`, as facts: path, SHA-256 and size of every file of the three releases on GitHub,
and what of BCCD's cells no release says (`bccd`).
"""
