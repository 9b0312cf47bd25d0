"""Network namespaces, and connections between them.

A socket belongs to the namespace that its thread was in when it made it. So one process has the listeners and the connections of all
machines, and what would be hundreds of programs takes milliseconds.
"""

import ctypes
import errno
import os
import selectors
import socket
import struct
import subprocess
import time
from typing import NamedTuple

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)
# Reset instead of the usual farewell: the next tree uses the same addresses and ports.
RESET = struct.pack("ii", 1, 0)


def enter(space):
    if LIBC.setns(space, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def run(command, text=""):
    """Runs a command on the text, and says what it complained of where it fails."""
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}{text}")
    return done.stdout


class Space:
    """A network namespace. As a context, everything that is made or started in it belongs to it."""

    def __init__(self, name):
        self.name = name
        run(["ip", "netns", "add", name])
        self.handle = os.open(f"/run/netns/{name}", os.O_RDONLY)
        self.ip("link set lo up")

    def __enter__(self):
        enter(self.handle)
        return self

    def __exit__(self, *_):
        enter(HOME)

    def ip(self, *lines):
        """Carries out lines of `ip`."""
        with self:
            run(["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def bridge(self, *lines):
        """Carries out lines of `bridge`."""
        with self:
            run(["bridge", "-batch", "-"], "\n".join(lines) + "\n")

    def set(self, **settings):
        """Changes settings of the kernel below `net.ipv4`, where it has them."""
        with self:
            for name, value in settings.items():
                path = f"/proc/sys/net/ipv4/{name.replace('__', '/')}"
                if os.path.exists(path):
                    with open(path, "w", encoding="ascii") as file:
                        file.write(str(value))

    def filter(self, rules):
        """Replaces the packet filter."""
        with self:
            run(["nft", "-f", "-"], f"flush ruleset\n{rules}")

    def start(self, command, **how):
        """Starts a program in it."""
        with self:
            return subprocess.Popen(command, **how)

    def close(self):
        os.close(self.handle)
        run(["ip", "netns", "delete", self.name])


class Attempt(NamedTuple):
    """A connection to try. `source` is the address that it comes from, where that is not left to the routes. Without an address, the
    target has none of the kind."""

    space: Space
    protocol: str
    address: str | None
    port: int
    source: str | None = None


REACHED = "reached"
SILENT = "no answer"


class Sockets:
    """Listeners in namespaces, and attempts to connect to them. What is accepted is closed; datagrams are sent back."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.listeners = []

    def listen(self, space, protocol, address, port):
        """Listens; whether that worked, which it does not at the address of another machine."""
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        with space:
            listener = socket.socket(socket.AF_INET, kind | socket.SOCK_NONBLOCK)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            if protocol == "tcp":
                listener.listen(256)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRNOTAVAIL:
                return False
            raise
        self.selector.register(listener, selectors.EVENT_READ, None)
        self.listeners.append(listener)
        return True

    def close(self):
        for listener in self.listeners:
            self.selector.unregister(listener)
            listener.close()
        self.listeners = []

    def connect(self, attempts, limit):
        """What becomes of each attempt: REACHED, SILENT, or the kernel's word."""
        outcomes = dict.fromkeys(attempts, SILENT)
        waiting = {}
        for attempt in outcomes:
            outcome = self.begin(attempt, waiting)
            if outcome:
                outcomes[attempt] = outcome
        end = time.monotonic() + limit
        while waiting and (left := end - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                if key.data is None:
                    self.answer(key.fileobj)
                else:
                    outcomes[key.data] = self.outcome(key.fileobj, key.data)
                    self.finish(key.fileobj)
                    del waiting[key.fileobj]
        for one in waiting:
            self.finish(one)
        return outcomes

    def begin(self, attempt, waiting):
        """Starts an attempt, or says what became of it at once."""
        if attempt.address is None:
            return "no address"
        kind = socket.SOCK_STREAM if attempt.protocol == "tcp" else socket.SOCK_DGRAM
        with attempt.space:
            one = socket.socket(socket.AF_INET, kind | socket.SOCK_NONBLOCK)
        try:
            if attempt.protocol == "tcp":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            if attempt.source:
                one.bind((attempt.source, 0))
            code = one.connect_ex((attempt.address, attempt.port))
            if code not in (0, errno.EINPROGRESS):
                raise OSError(code, "connect")
            if attempt.protocol == "udp":
                one.send(b"?")
        except OSError as error:
            one.close()
            return os.strerror(error.errno)
        event = selectors.EVENT_WRITE if attempt.protocol == "tcp" else selectors.EVENT_READ
        self.selector.register(one, event, attempt)
        waiting[one] = attempt
        return None

    @staticmethod
    def outcome(one, attempt):
        code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            return os.strerror(code)
        if attempt.protocol == "udp":
            try:
                one.recv(16)
            except OSError as error:
                return os.strerror(error.errno)
        return REACHED

    def finish(self, one):
        self.selector.unregister(one)
        one.close()

    @staticmethod
    def answer(listener):
        try:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                data, sender = listener.recvfrom(64)
                listener.sendto(data, sender)
        except OSError:
            # Whoever connected has gone, or may not be answered: that is for the other end to find.
            pass
