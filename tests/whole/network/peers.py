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


@contextlib.contextmanager
def dcmqrscp(known=(), options=()):
    """DCMTK's query/retrieve SCP, empty, under the title QR: gives its port. `known` are pairs of
    an AE title and the port on this machine where a C-MOVE to it goes."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "store")
        os.mkdir(store)
        hosts = "".join(f"{title} = ({title}, 127.0.0.1, {where})\n" for title, where in known)
        path = os.path.join(folder, "dcmqrscp.cfg")
        with open(path, "w") as file:
            file.write(
                f"NetworkTCPPort = {port}\nMaxPDUSize = 131072\nMaxAssociations = 16\n"
                f"HostTable BEGIN\n{hosts}HostTable END\nVendorTable BEGIN\nVendorTable END\n"
                f"AETable BEGIN\nQR {store} RW (200, 1024mb) ANY\nAETable END\n"
            )
        with started([find("dcmqrscp"), "-c", path, *options], port, folder):
            yield port


@contextlib.contextmanager
def wlmscpfs(worklists):
    """DCMTK's worklist SCP under the title WL, with these texts of dump2dcm: gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "WL"))
        open(os.path.join(folder, "WL", "lockfile"), "w").close()
        for number, text in enumerate(worklists):
            dump2dcm(text, os.path.join(folder, "WL", f"{number}.wl"))
        with started([find("wlmscpfs"), "-csk", "-dfp", folder, str(port)], port, folder):
            yield port


def dump2dcm(text, path):
    """A DICOM file from dcmdump's words, which are bytes of the file's character set."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        subprocess.run([find("dump2dcm"), "+te", file.name, path], check=True, capture_output=True)


def store(port, title, paths):
    """Has DCMTK's storescu send these files."""
    command = [find("storescu"), "-aec", title, "127.0.0.1", str(port), *paths]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
