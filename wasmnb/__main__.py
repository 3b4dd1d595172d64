"""`python -m wasmnb` is the `wasmnb` command."""

from wasmnb.cli import main

main()
