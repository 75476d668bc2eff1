"""What the rooms share: checks of the arguments of public functions, the paths of data and
results, the keys that identify finished work (a training, embeddings, images) by all that it
depends on, files that are written whole or not at all, and processes that share the work. Plain
values come in and go out. Nothing here reads a data set, trains, classifies, or imports another
room.
"""
