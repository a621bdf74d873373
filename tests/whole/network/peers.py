"""Peers to test against: each started on 127.0.0.1 with a free port, in a directory of its own,
and ended with the test."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

START_SECONDS = 60


def find(program):
    """Where a program is, sbin included; None when it is not installed."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    return shutil.which(program, path=path)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def listens(port):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def started(command, port, folder):
    """The process, once somebody listens on its port. Its input stays open and empty: s_server
    hangs up when its input ends."""
    with open(os.path.join(folder, "peer.log"), "w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            until = time.monotonic() + START_SECONDS
            while not listens(port):
                if process.poll() is not None or time.monotonic() > until:
                    with open(os.path.join(folder, "peer.log")) as text:
                        raise RuntimeError(f"{command[0]} does not listen: {text.read()}")
                time.sleep(0.02)
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdin.close()


@contextlib.contextmanager
def storescp(*options):
    """DCMTK's storage SCP: gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        with started([find("storescp"), *options, str(port)], port, folder):
            yield port


@contextlib.contextmanager
def orthanc(**settings):
    """Orthanc with a configuration and storage of its own: gives its DICOM port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = {
            "Name": "test",
            "DicomAet": "ORTHANC",
            "DicomPort": port,
            "HttpServerEnabled": False,
            "StorageDirectory": os.path.join(folder, "storage"),
            "IndexDirectory": os.path.join(folder, "storage"),
            "Plugins": [],
            **settings,
        }
        path = os.path.join(folder, "orthanc.json")
        with open(path, "w") as file:
            json.dump(configuration, file)
        with started([find("Orthanc"), path], port, folder):
            yield port


@contextlib.contextmanager
def saying(answer):
    """A TCP peer that says `answer` to whoever calls and then nothing: gives its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        kept = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    caller.sendall(answer)
                    kept.append(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for caller in kept:
                caller.close()
