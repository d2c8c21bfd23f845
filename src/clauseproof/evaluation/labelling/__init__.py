"""Labelling by hand: sheets a lawyer fills in, their import as datasets, the agreement of two labellers."""
