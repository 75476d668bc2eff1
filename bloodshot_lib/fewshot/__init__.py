"""Embeddings and labels come in; a classifier, episodes (one row each, a column per metric) and
numbers with their uncertainty go out. Here are the draws of supports, the heads that turn a few
labelled embeddings into a classifier, the evaluation with its metrics, intervals and comparisons,
and measures of how separable embeddings are. It sees arrays and DataFrames, never a file, an
image or a network.
"""
