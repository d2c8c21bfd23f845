"""The evaluation harness: tasks over labelled datasets, metrics with intervals, comparison and gate."""
