"""Readers: one file per data set. A reader lists and names what lies in a folder, opens no image,
and returns a table with the columns `path, label, subject, split`, so that nothing downstream
knows which data set it came from. A new data set is a new file here, and a name in
`study/profiles.py` if experiments are to read it.
"""
