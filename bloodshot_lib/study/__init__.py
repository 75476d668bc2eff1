"""A profile, the file that describes one experiment, comes in; committed results go out. Here a
profile is read and checked, its cells are loaded, its arms trained and evaluated, and the results
written, also from the command line (`python -m bloodshot_lib.study PROFILE`). Here
are also the arithmetic that works the report's printed tables through, and the maps of what moves
a verdict, which need a network and a classifier together. It calls the other rooms and adds no
loss, head or metric of its own.
"""
