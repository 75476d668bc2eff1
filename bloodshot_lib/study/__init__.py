"""A profile, the file that describes one experiment, comes in; committed results go out. Here a
profile is read and checked, its cells are loaded, its arms trained and evaluated, and the results
written and read again, also from the command line (`python -m bloodshot_lib.study PROFILE`); and
the arithmetic that works the report's printed tables through. It calls the other rooms and adds
no method of its own: no loss, no head, no metric.
"""
