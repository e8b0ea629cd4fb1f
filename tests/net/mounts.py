"""Mounts that only this test's process and its children see; gone with it."""
import ctypes
import os

from harness import run

CLONE_NEWNS = 0x20000
_libc = ctypes.CDLL(None, use_errno=True)


def own_mounts():
    """What is mounted from here on is seen by nobody else."""
    if _libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    run(["mount", "--make-rslave", "/"])


def mounted(*words):
    run(["mount", *words])


def unmount(path):
    """Lazily: whoever still stands in there does not hinder the test's end."""
    run(["umount", "-l", os.fspath(path)], check=False)
