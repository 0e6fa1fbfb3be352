"""Readers that misbehave, found by their names in a worker process (see test_workers)."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import EncryptedError, MalformedError, ReadError
from corpus.readers.base import Options, Read
from corpus.readers.pulse import beat
from corpus.readers.text import TextReader


def numbered(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """As many records as ``data`` says, each named by its number."""
    for number in range(int(data)):
        yield Read(str(number), error=ReadError(f"{name} record {number}"))


def well(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """Text, read as it should be; the notes tell the options and the process."""
    for read in TextReader().read(data, name):
        yield Read("a", read.report, notes=(repr(options), str(os.getpid())))


def awkward(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """Does what ``data`` says after one good record."""
    yield Read("good", error=ReadError("as it should be"))
    what, _, argument = data.decode().partition(" ")
    if what == "exit":
        os._exit(int(argument))
    elif what == "crash":
        ctypes.string_at(0)
    elif what == "abort":
        os.abort()
    elif what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "sleep":
        time.sleep(float(argument))
    elif what == "spin":
        _hold_the_interpreter()
    elif what == "allocate":
        yield Read("more", error=ReadError(str(len(bytearray(int(argument))))))
    elif what == "refuse":
        raise EncryptedError(f"{name} needs a password")
    elif what == "bug":
        raise LookupError("nobody thought of this")
    elif what == "trickle":
        for number in range(int(argument)):
            time.sleep(0.7)
            yield Read(str(number), error=ReadError("slowly"))
    elif what == "beat":
        for _ in range(int(argument)):
            time.sleep(0.7)
            beat()
    elif what == "child":
        child = subprocess.Popen(["sleep", "600"])
        Path(argument).write_text(str(child.pid))
        time.sleep(600)
    elif what == "pid":
        yield Read(str(os.getpid()), error=ReadError("a process"))


def meeting(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """Waits until as many readers as its name's number have come to the folder that ``data`` names."""
    folder = Path(data.decode())
    (folder / f"{os.getpid()}").touch()
    until = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2:
        if time.monotonic() > until:
            raise MalformedError(f"{name}: nobody else came")
        time.sleep(0.01)
    yield Read("met", error=ReadError(str(os.getpid())))


def _hold_the_interpreter() -> None:
    """Runs for minutes without letting another thread of the process run."""
    import re

    re.match(r"(a+)+$", "a" * 60 + "b")
