"""Images and labels come in; a trained network, the embedder, goes out; then images come in and
embeddings, one vector per cell, go out. Here are the training recipe and its default, the network
and its starting weights, the random variation of training images, the losses and the objective
built from them, the training loop, its checkpoints and finished runs, embedding, and maps of the
part of an image that moves a verdict. Work on embeddings, heads and scores included, belongs to
`fewshot`.
"""
