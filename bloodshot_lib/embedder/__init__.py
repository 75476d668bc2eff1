"""Images and labels come in; a trained network, the embedder, goes out; then images come in and
embeddings, one vector a cell, go out. Here are the recipe of a training and its default, the
network and where its weights start, the random variation of training images, the losses and the
objective that they make up, the training loop, its checkpoints and finished runs, and embedding.
What is done with embeddings, heads and scores included, belongs to `fewshot`.
"""
