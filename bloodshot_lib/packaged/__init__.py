"""A name comes in; what comes with the package under that name goes out: embeddings of real cells
with their table, and the committed results that the book shows. Nothing is downloaded, trained or
written here. A result is made and written, with its provenance, by `study`; the released weights
belong to the network that reads them, in `embedder`.
"""
