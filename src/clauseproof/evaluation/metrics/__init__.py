"""What is measured: each metric adds up counts of results and turns their sums into a value."""
