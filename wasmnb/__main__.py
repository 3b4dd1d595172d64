"""`python -m wasmnb` is the `wasmnb` command."""

from wasmnb.cli.main import main

main()
