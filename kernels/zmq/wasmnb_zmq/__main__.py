"""`python -m wasmnb_zmq -f FILE`: runs a kernel at the sockets of a connection file."""

import argparse
import sys
from pathlib import Path

from .connection import BadConnection, Connection
from .parent import end_with_parent
from .process import Process


def main() -> None:
    """Run a kernel until a client ends it."""
    parser = argparse.ArgumentParser(prog="wasmnb_zmq", description="A Python kernel for Jupyter.")
    parser.add_argument("-f", dest="file", type=Path, required=True, metavar="CONNECTION_FILE")
    try:
        process = Process(Connection.read(parser.parse_args().file))
    except BadConnection as error:
        sys.exit(f"wasmnb_zmq: {error}")
    end_with_parent()
    process.run()


if __name__ == "__main__":
    main()
