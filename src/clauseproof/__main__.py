"""Lets ``python -m clauseproof`` do what ``clauseproof`` does."""

from clauseproof.cli import main

if __name__ == "__main__":
    main()
