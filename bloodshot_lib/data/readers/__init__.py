"""Readers: one file per data set. A reader lists and names the files in a folder without opening
an image, and returns a table with the columns `path, label, subject, split`, so nothing
downstream knows which data set it came from. A new data set is a new file here, and a name in
`study/profile_parts.py` if experiments should read it.
"""
