"""A relay on loopback that gives on every chunk, either way, so long after it came: a long line
where the kernel cannot make one (tc netem). Unlike there, what TCP itself does is not delayed."""

import contextlib
import queue
import socket
import threading
import time

CHUNK_BYTES = 1 << 18


def _pump(source, target, seconds):
    waiting = queue.SimpleQueue()

    def take():
        chunk = b"-"
        while chunk:
            try:
                chunk = source.recv(CHUNK_BYTES)
            except OSError:
                chunk = b""
            waiting.put((time.monotonic() + seconds, chunk))

    threading.Thread(target=take, daemon=True).start()
    with contextlib.suppress(OSError):
        while True:
            due, chunk = waiting.get()
            time.sleep(max(0, due - time.monotonic()))
            if not chunk:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(chunk)


def _serve(listener, port, seconds):
    with contextlib.suppress(OSError):
        while True:
            caller, _ = listener.accept()
            called = socket.create_connection(("127.0.0.1", port))
            for one in (caller, called):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for pair in ((caller, called), (called, caller)):
                threading.Thread(target=_pump, args=(*pair, seconds), daemon=True).start()


@contextlib.contextmanager
def delayed(port, seconds):
    """Gives the port of a relay to `port`."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        thread = threading.Thread(target=_serve, args=(listener, port, seconds), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
