"""How a demo speaks: chapters, what was seen, what was printed, and what did not happen as told."""
import signal
import socket
import sys
import textwrap

WIDTH = 92


class NotAsTold(Exception):
    """A step of the story did not happen."""


def told(truth, otherwise):
    if not truth:
        raise NotAsTold(otherwise)


def say(text=""):
    print(textwrap.fill(text, WIDTH), flush=True)


def chapter(title):
    print(f"\n== {title}")


def seen(what, value):
    print(textwrap.fill(f"{what}: {value}", WIDTH, initial_indent="   * ",
                        subsequent_indent="     "), flush=True)


def quote(text, mark="   | "):
    print("\n".join((mark + line).rstrip() for line in text.rstrip("\n").split("\n")), flush=True)


def listen(ports):
    """A socket on this machine's loopback, for who looks at what was kept; fails when no port
    is free."""
    for port in ports:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(16)
            return listener
        except OSError:
            listener.close()
    raise NotAsTold(f"no free port from {ports[0]} to {ports[-1]}")


def perform(play):
    """Runs a story, whose own `with` tidies up; returns the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        play()
        return 0
    except KeyboardInterrupt:
        print("\ndemo: ended, and tidied up", file=sys.stderr)
        return 130
    except NotAsTold as problem:
        print(f"\ndemo: this did not happen as told: {problem}", file=sys.stderr)
    except (AssertionError, RuntimeError, OSError) as problem:
        print(f"\ndemo: {type(problem).__name__}: {problem}", file=sys.stderr)
    return 1
