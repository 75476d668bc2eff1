"""Embeddings and labels come in; a classifier, episodes (a row each, a column per metric) and
numbers with their uncertainty go out. Here are the draws of supports, the heads that turn a few
labelled embeddings into a classifier, the evaluation and its metrics, intervals and comparisons,
and how separable embeddings are. It sees arrays and DataFrames only, never a file, an image or a
network.
"""
