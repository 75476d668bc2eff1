"""What all rooms have in common: the checks of what a public function is given, the paths where
things lie, the keys under which finished work (a training, embeddings, images) is found again,
with the list of modules behind each, files that are written whole or not at all, and several
processes that share the work. Plain values come in and go out. Nothing here reads a data set,
trains or classifies, and nothing here imports another room.
"""
