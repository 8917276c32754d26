"""Preparing data for and training the span reader; nothing here is needed to answer questions."""
