"""The few Linux system calls that Python 3.11 doesn't offer, made without external programs."""

import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWUSER = 0x10000000

_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def die_with_parent(parent_pid: int, with_signal: signal.Signals) -> None:
    """Have the kernel send this process `with_signal` when the parent thread that started it ends.

    Exit at once if the parent is already gone. The kernel drops this setting whenever the user changes, so call it
    after `enter_namespace` or `become_user` (prctl(2), PR_SET_PDEATHSIG).
    """
    _check(_libc.prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0))
    if os.getppid() != parent_pid:
        os._exit(1)


def enter_namespace(uid: int, gid: int) -> None:
    """Become `uid` and `gid` in a user namespace of this process's own; nothing changes outside it.

    Raise `OSError` if the kernel forbids it, as in most containers. The process must have only one thread.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc.unshare(_CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1", encoding="ascii")


def become_user(uid: int, gid: int, *, reaches_every_file: bool) -> None:
    """Give up root for good and become `uid` and `gid`; keep at most root's power to reach every file.

    That power survives the next `exec` as an ambient capability (capabilities(7)).
    """
    _check(_libc.prctl(_PR_SET_KEEPCAPS, int(reaches_every_file), 0, 0, 0))
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if reaches_every_file:
        _keep_only(_CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    bit = 1 << capability
    header = _Header(_CAPABILITY_VERSION_3, 0)
    sets = (_Sets * 2)(_Sets(bit, bit, bit), _Sets(0, 0, 0))
    _check(_libc.capset(ctypes.byref(header), sets))
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
