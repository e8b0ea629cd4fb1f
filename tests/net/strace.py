"""strace on programs that run already: what they call, and calls that fail or take long."""
import os
import shutil
import subprocess
import tempfile

from harness import Skip, alive, wait_for


class Trace:
    """with Trace([pid], "trace=fdatasync", "inject=pwrite64:error=EROFS") as trace: ...

    lines: what was seen, in the order in which it happened, as [pid, time, text]. The order
    holds between processes too: one strace stops them all."""

    def __init__(self, pids, *expressions, width=32):
        if not shutil.which("strace"):
            raise Skip("no strace here")
        self.pids, self.width = pids, width
        self.words = [word for expression in expressions for word in ("-e", expression)]

    def __enter__(self):
        handle, self.path = tempfile.mkstemp(prefix="congchao-trace-")
        os.close(handle)
        ends = [word for pid in self.pids for word in ("-p", str(pid))]
        self.process = subprocess.Popen(
            ["strace", "-f", "-ttt", "-s", str(self.width), "-o", self.path, *self.words, *ends],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_for("strace to hold all threads", self._holds)
        return self

    def _holds(self):
        if self.process.poll() is not None:
            raise Skip(f"strace: {self.process.stderr.read().strip()}")
        for pid in self.pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as lines:
                    if f"TracerPid:\t{self.process.pid}\n" not in lines.readlines():
                        return False
        return True

    @property
    def lines(self):
        with open(self.path, encoding="latin-1") as lines:
            return [line.split(None, 2) for line in lines.read().splitlines()]

    def stop(self):
        """Lets go; what has been seen stays in lines."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def __exit__(self, *_):
        if alive(self.process.pid):
            self.stop()
        self.process.stderr.close()
        os.unlink(self.path)
