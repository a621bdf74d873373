"""Peers to test against: each started on 127.0.0.1 with a free port, in a directory of its own,
and ended with the test."""

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
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
def asked_how_far(command, port=0):
    """A command whose peer takes the connection and says nothing, once SIGUSR1 came: its process.
    `command` makes the words of it, of the peer's port."""
    with socket.create_server(("127.0.0.1", port)) as silent:
        silent.settimeout(START_SECONDS)
        process = subprocess.Popen(
            [str(word) for word in command(silent.getsockname()[1])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            with silent.accept()[0]:
                process.send_signal(signal.SIGUSR1)
                yield process
        finally:
            process.kill()
            process.communicate()


def progress_of(process):
    """The first line of that type of --json."""
    lines = map(json.loads, iter(process.stdout.readline, ""))
    return next(line for line in lines if line["type"] == "progress")


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
def accepting(take):
    """A listener that gives each caller to `take` as it comes: gives its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    take(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextlib.contextmanager
def saying(answer):
    """A TCP peer that says `answer` to whoever calls and then nothing: gives its port."""
    with contextlib.ExitStack() as kept:

        def take(caller):
            caller.sendall(answer)
            kept.enter_context(caller)

        with accepting(take) as port:
            yield port


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


def relay(one, other):
    """What `one` says to `other`, until it ends."""
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def tls_front(certificates, behind):
    """TLS before a peer of this machine that speaks none: gives the port to call instead. Callers
    show a certificate of the authority, or are let go."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificates["server.pem"], certificates["server.key"])
    context.load_verify_locations(certificates["ca.pem"])
    context.verify_mode = ssl.CERT_REQUIRED
    with contextlib.ExitStack() as ends:

        def serve(caller):
            with contextlib.suppress(OSError):
                outer = ends.enter_context(context.wrap_socket(caller, server_side=True))
                inner = ends.enter_context(socket.create_connection(("127.0.0.1", behind)))
                threading.Thread(target=relay, args=(inner, outer), daemon=True).start()
                relay(outer, inner)

        def take(caller):
            threading.Thread(target=serve, args=(caller,), daemon=True).start()

        with accepting(take) as port:
            yield port


@contextlib.contextmanager
def s_server_front(certificates, behind):
    """`openssl s_server` before a peer, for one connection: its input and output are a socket to
    the peer. Gives the port to call instead."""
    port = free_port()
    inner = socket.create_connection(("127.0.0.1", behind))
    command = [
        *(find("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-naccept", "1"),
        *("-cert", certificates["server.pem"], "-key", certificates["server.key"]),
        *("-CAfile", certificates["ca.pem"], "-Verify", "1", "-verify_return_error"),
    ]
    process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=subprocess.DEVNULL)
    inner.close()
    try:
        wait_for_listener(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def wait_for_listener(port, process):
    """Without calling it: it takes one call only."""
    wanted = f"0100007F:{port:04X}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with open("/proc/net/tcp") as table:
            for line in table:
                words = line.split()
                if words[1] == wanted and words[3] == "0A":
                    return
        time.sleep(0.02)
    raise RuntimeError("openssl s_server does not listen")
