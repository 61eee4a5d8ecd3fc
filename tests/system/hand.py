"""A hand inside the machine: a shell on a virtio console, which only an image made for these tests has (box/debug)."""
import base64
import select
import socket
import time

END = b"\x1e"


class HandError(Exception):
    pass


class Hand:
    def __init__(self, path):
        self.path, self.asked = path, 0
        self.connect()

    def connect(self):
        """Also to the next machine, after this one has gone."""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(self.path))
        self.pending = b""

    def read_until(self, ends, deadline):
        while not ends(self.pending):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return False
            got = self.socket.recv(65536)
            if not got:
                raise HandError("the machine has gone")
            self.pending += got
        return True

    def await_ready(self, timeout_s):
        """After every start: whatever was said before is forgotten."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self.asked += 1
            word = f"hand-{self.asked}".encode()
            self.socket.sendall(b"\necho " + word + b"\n")
            answer = word + b"\n" + END + b"0\n"
            if self.read_until(lambda text: text.endswith(answer), min(deadline, time.monotonic() + 2)):
                self.pending = b""
                return
        raise HandError(f"nobody answered inside within {timeout_s} s")

    def try_do(self, command, timeout_s=120):
        """(status, output) of a line of shell."""
        self.pending = b""
        self.socket.sendall(command.encode() + b"\n")

        def ends(text):
            at = text.rfind(END)
            return at >= 0 and text.endswith(b"\n") and text[at + 1:-1].isdigit()
        if not self.read_until(ends, time.monotonic() + timeout_s):
            raise HandError(f"\"{command}\" did not end within {timeout_s} s: {self.pending[-300:]}")
        output, _, status = self.pending.rpartition(END)
        return int(status), output.decode(errors="replace").strip()

    def tell(self, command):
        """A line whose end nobody waits for; listen() hears what it says."""
        self.pending = b""
        self.socket.sendall(command.encode() + b"\n")

    def listen(self, ends, timeout_s):
        self.read_until(ends, time.monotonic() + timeout_s)
        return self.pending.decode(errors="replace")

    def do(self, command, timeout_s=120):
        status, output = self.try_do(command, timeout_s)
        if status != 0:
            raise HandError(f"\"{command}\" left with {status}: {output[-600:]}")
        return output

    def write(self, path, text):
        self.do(f"echo {base64.b64encode(text.encode()).decode()} | base64 -d >{path}")

    def read(self, path):
        return base64.b64decode(self.do(f"base64 {path}"))
