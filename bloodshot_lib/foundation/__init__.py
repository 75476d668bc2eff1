"""What every room stands on: the checks of what a public function is given, the places where
things lie, the keys under which finished work is found again, files that are whole or absent,
and several processes that share the work. Plain values come in and go out. Nothing here knows of
a data set, a network or a head, and nothing here imports another room.
"""
