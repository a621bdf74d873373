"""A storage SCP that does one thing wrong, on a port of its own. Says everything in PDUs of the
DICOM upper layer (PS3.8) made by hand."""

import socket
import struct
import threading
import time


def pdu(kind, body):
    return struct.pack(">BBI", kind, 0, len(body)) + body


def item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def read(caller, size):
    data = b""
    while len(data) < size:
        more = caller.recv(size - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def read_pdu(caller):
    kind, _, size = struct.unpack(">BBI", read(caller, 6))
    return kind, read(caller, size)


def accept(request, max_pdu=16384, refuse=False):
    """The A-ASSOCIATE-AC: every context accepted, or every one refused."""
    answer = request[:68] + item(0x10, b"1.2.840.10008.3.1.1.1")
    at = 68
    while at < len(request):
        kind, _, size = struct.unpack(">BBH", request[at : at + 4])
        body = request[at + 4 : at + 4 + size]
        at += 4 + size
        if kind != 0x20:
            continue
        inner = 4
        while inner < len(body):
            sub, _, length = struct.unpack(">BBH", body[inner : inner + 4])
            if sub == 0x40:
                syntax = body[inner + 4 : inner + 4 + length]
                break
            inner += 4 + length
        result = 3 if refuse else 0
        answer += item(0x21, bytes([body[0], 0, result, 0]) + item(0x40, syntax))
    user = item(0x51, struct.pack(">I", max_pdu)) + item(0x52, b"1.2.3")
    return pdu(2, answer + item(0x50, user))


def command_element(number, value):
    return struct.pack("<HHI", 0, number, len(value)) + value


def answer_of(context, message, sop_class, status, kind=0x8001, details=b""):
    """A response with `details`, elements from (0000,0901) on."""
    body = command_element(2, sop_class) + command_element(0x100, struct.pack("<H", kind))
    body += command_element(0x120, struct.pack("<H", message))
    body += command_element(0x800, struct.pack("<H", 0x101))
    body += command_element(0x900, struct.pack("<H", status)) + details
    whole = command_element(0, struct.pack("<I", len(body))) + body
    return pdu(4, struct.pack(">IBB", len(whole) + 2, context, 3) + whole)


def complaint(offending=(), comment=""):
    """Offending Element and Error Comment (PS3.7 annex C)."""
    tags = b"".join(struct.pack("<HH", *tag) for tag in offending)
    text = comment.encode() + b" " * (len(comment) % 2)
    return (command_element(0x901, tags) if tags else b"") + (
        command_element(0x902, text) if text else b""
    )


def response(context, message, sop_class, instance, status, details=b""):
    details += command_element(0x1000, instance)
    return answer_of(context, message, sop_class, status, details=details)


AT_ASSOCIATION = (
    *("reject", "abort-association", "half-accept", "silent"),
    *("drip-accept", "huge-pdu", "other-context", "other-syntax"),
)
ABORT = pdu(7, b"\0\0\0\0")
REJECT = pdu(3, b"\0\1\1\7")  # permanent: called AE title not recognized


class HostileScp:
    """`fault` is one of the words below; `times`: how many connections or objects it is for, after
    which the SCP behaves. `stored` has the instances it kept."""

    def __init__(self, fault="", times=10**9, status=0, max_pdu=16384, cut_after=0,
                 details=b""):
        self.fault = fault
        self.left = times
        self.status = status
        self.details = details
        self.max_pdu = max_pdu
        self.cut_after = cut_after
        self.stored = []
        self.connections = 0
        self.lock = threading.Lock()
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def misbehaves(self):
        with self.lock:
            self.left -= 1
            return self.left >= 0

    def listen(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(caller,), daemon=True).start()

    def serve(self, caller):
        with caller:
            try:
                self.converse(caller)
            except (ConnectionError, OSError):
                pass

    def converse(self, caller):
        self.connections += 1
        _, request = read_pdu(caller)
        at_association = self.fault in AT_ASSOCIATION
        if at_association and self.misbehaves():
            if self.fault == "reject":
                caller.sendall(REJECT)
            elif self.fault == "abort-association":
                caller.sendall(ABORT)
            elif self.fault == "half-accept":
                caller.sendall(accept(request)[:40])
                time.sleep(30)
            elif self.fault == "drip-accept":
                for byte in accept(request):
                    caller.sendall(bytes([byte]))
                    time.sleep(0.05)
            elif self.fault == "huge-pdu":
                caller.sendall(b"\2\0\x7f\xff\xff\xff" + accept(request)[6:])
                time.sleep(30)
            elif self.fault == "other-context":  # one that was not proposed
                answer = bytearray(accept(request))
                at = answer.index(b"\x21\0") + 4
                answer[at] = 0xFD
                caller.sendall(answer)
                time.sleep(2)
            elif self.fault == "other-syntax":
                answer = accept(request)
                syntax = b"1.2.840.10008.1.2"
                caller.sendall(answer.replace(b"\x40\0\0\x11" + syntax,
                                              b"\x40\0\0\x11" + b"1.2.840.99999.1.2"))
                time.sleep(2)
            else:
                time.sleep(30)
            return
        caller.sendall(accept(request, self.max_pdu, self.fault == "refuse-contexts"))
        while self.message(caller):
            pass

    def message(self, caller):
        command = b""
        last = False
        while not last:
            kind, body = read_pdu(caller)
            if kind == 5:
                caller.sendall(pdu(6, b"\0\0\0\0"))
                return False
            if kind != 4:
                return False
            context, flags = body[4], body[5]
            command += body[6:]
            last = flags & 2
        fields = self.fields(command)
        wrong = self.fault and not self.fault.startswith("at") and self.misbehaves()
        if wrong and self.fault == "abort-command":
            caller.sendall(ABORT)
            return False
        if wrong and self.fault == "stop-reading":
            time.sleep(30)
            return False
        message = struct.unpack("<H", fields[0x110])[0]
        if fields[0x100] == b"\x20\0":  # C-FIND
            while not read_pdu(caller)[1][5] & 2:
                pass
            status = self.status
            answer = answer_of(context, message, fields[2], status, 0x8020, self.details)
            caller.sendall(answer)
            return True
        if wrong and self.fault == "early-failure":
            caller.sendall(response(context, message, fields[2], fields[0x1000], 0xC001))
        taken = 0
        last = False
        while not last:
            _, body = read_pdu(caller)
            taken += len(body) - 6
            last = body[5] & 2
            if wrong and self.fault == "abort-data" and taken > 1000:
                caller.sendall(ABORT)
                return False
            if wrong and self.fault == "close-data" and taken > self.cut_after:
                return False
        return self.answer(caller, context, message, fields, wrong)

    def answer(self, caller, context, message, fields, wrong):
        instance = fields[0x1000]
        if wrong and self.fault == "early-failure":
            return True
        if wrong and self.fault == "no-answer":
            return False
        if wrong and self.fault == "other-instance":
            caller.sendall(response(context, message, fields[2], b"1.2.3.99", 0))
            return True
        if wrong and self.fault == "other-message":
            caller.sendall(response(context, message + 7, fields[2], instance, 0))
            return True
        if wrong and self.fault == "garbage":
            caller.sendall(b"\xff" * 500)
            return True
        status = self.status if wrong and self.fault == "status" else 0
        if status in (0, 0xB000, 0xB006, 0xB007):
            with self.lock:
                self.stored.append(instance.rstrip(b"\0").decode())
        if wrong and self.fault == "close-after-storing":
            return False
        details = self.details if status else b""
        caller.sendall(response(context, message, fields[2], instance, status, details))
        return True

    @staticmethod
    def fields(command):
        found = {}
        at = 0
        while at + 8 <= len(command):
            _, number, size = struct.unpack("<HHI", command[at : at + 8])
            found[number] = command[at + 8 : at + 8 + size]
            at += 8 + size
        return found
