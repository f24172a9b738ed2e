"""Runs the command line with the network forbidden: `python offline.py judge evidence.zip`."""

from __future__ import annotations

import sys

from dopusk.cli import main

FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")


def forbid(event: str, arguments: object) -> None:
    if event in FORBIDDEN:
        raise AssertionError(f"the network was asked for: {event} {arguments}")


if __name__ == "__main__":
    sys.addaudithook(forbid)
    main()
