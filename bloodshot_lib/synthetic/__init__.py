"""A seed comes in; drawn cells go out, written in exactly the folders, names and formats of the
two real sets, so that the real readers read them. The twin stands in for the real sets in layout
and workflow, and is never evidence about blood. How a cell of each type looks belongs here, and
nothing that reads, trains or classifies: no other part of the library can tell a drawn cell from
a real one.
"""
