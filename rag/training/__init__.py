"""Preparing data for and training the judge and the adapter; nothing here is needed to answer questions."""
