"""Files come in; a table with a row per image (`path, label, subject, split`) and images, one
uint8 array (N, S, S, 3), go out. Here are the readers of folders, of lists of labels and of data
sets, with what they leave out; work on a table (splits, caps, identical files); keys of files'
contents; decoding, of 8-bit colour alone, and its cache on disk; fields of a microscope and the
cells cut from them; and the shifts that imitate another laboratory. Random variation during
training belongs to `embedder`; nothing here knows about networks.
"""
