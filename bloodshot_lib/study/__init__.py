"""A profile, the file that describes one experiment, comes in; committed results go out. Here a
profile is read and checked, its cells are loaded, its arms trained and evaluated, and the results
written, also from the command line (`python -m bloodshot_lib.study PROFILE`). It calls the other
rooms and adds no loss, head or metric of its own; results are read, by anyone, in `packaged`.
"""
