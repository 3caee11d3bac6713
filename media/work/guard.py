"""Locking a process in before it touches somebody's file (S36 to S40).

Everywhere: limits on processor time, memory, file size and open files, no core dump, after everybody else.
On Linux also: it dies with the worker that started it; it can start no program, open no socket and signal nobody
(seccomp); it opens no file outside its own folder but Python's library (Landlock, from Linux 5.13). What the system
refuses is left out; ``lock`` says what holds.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
import time

MIB = 1024 * 1024
OPEN_FILES = 64
POLITE, BEHIND = 5, 14  # nice values: of every job, and what a long one adds

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 1, 38, 22, 2

# Landlock (linux/landlock.h): the calls have the same numbers on every machine.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
READING = 1 << 2 | 1 << 3  # files and lists of files
WRITING = 1 << 1 | 1 << 5 | 1 << 8 | 1 << 14  # write, remove, make and cut files
NO_TCP = 3  # neither bind nor connect, from ABI 4

# Calls that a decoder has no use for: (x86_64, aarch64), None where the machine has no such call.
FORBIDDEN = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "sendto": (44, 206), "sendmsg": (46, 211),
    "bind": (49, 200), "listen": (50, 201), "socketpair": (53, 199), "accept4": (288, 242), "sendmmsg": (307, 269),
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281), "kill": (62, 129),
    "tkill": (200, 130), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "setrlimit": (160, 164), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "userfaultfd": (323, 282), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104), "open_by_handle_at": (304, 265), "setuid": (105, 146),
    "setgid": (106, 144),
}  # fmt: skip
CLONE, CLONE3, CLONE_THREAD = (56, 220), 435, 0x10000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
ALLOW, REFUSE, ABSENT, KILL = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38, 0x80000000

_libc = ctypes.CDLL(None, use_errno=True)


def limit(*, cpu: int, memory: int, file_size: int) -> None:
    """Set limits (seconds, MiB, MiB) that this process cannot raise again, before anything is read."""
    for what, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 2),  # first a signal that says why, then the end
        (resource.RLIMIT_AS, memory * MIB, memory * MIB),
        (resource.RLIMIT_FSIZE, file_size * MIB, file_size * MIB),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        present = resource.getrlimit(what)[1]
        most = hard if present == resource.RLIM_INFINITY else min(hard, present)
        resource.setrlimit(what, (min(soft, most), most))
    step_back(POLITE, tries=1)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full quota is an error when writing, not a death
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def step_back(by: int = BEHIND, tries: int = 3) -> None:
    """Let others go first, by so many nice values.

    Linux shares the processor among sessions before it looks at nice values (autogroup, sched(7)), and each of these
    processes has a session of its own: without a word to its group it would get as much as the whole web server.
    """
    level = os.nice(by)
    if os.getsid(0) != os.getpid():
        return  # the group is that of whoever started this
    for _try in range(tries):
        try:
            with open("/proc/self/autogroup", "w") as group:  # noqa: PTH123  (as in run.py)
                group.write(str(level))
        except BlockingIOError:  # the system takes such wishes ten times a second
            time.sleep(0.11)
        except OSError:  # another system, or one that knows no such groups
            return
        else:
            return


def lock(folder: str) -> list[str]:
    """Shut the doors. Returns what holds from now on: ``files``, ``calls``."""
    if sys.platform != "linux" or _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return []
    return [name for name, is_shut in (("files", _only_folder(folder)), ("calls", _no_calls())) if is_shut]


def _only_folder(folder: str) -> bool:
    """Leave this process one folder to work in, and what Python may still have to import."""
    abi = _libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return False
    handled = max(rights for since, rights in RIGHTS_BY_ABI.items() if since <= abi)
    attributes = struct.pack("QQ", handled, NO_TCP) if abi >= 4 else struct.pack("Q", handled)
    rules = _libc.syscall(LANDLOCK_CREATE, attributes, len(attributes), 0)
    places = sysconfig.get_paths()
    for library in {places["stdlib"], places["platstdlib"], places["purelib"], places["platlib"]}:
        _open_place(rules, library, READING)
    _open_place(rules, folder, (READING | WRITING) & handled)
    refused: int = _libc.syscall(LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)
    return refused == 0


def _open_place(rules: int, folder: str, rights: int) -> None:
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    _libc.syscall(LANDLOCK_ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
    os.close(place)


def _no_calls() -> bool:
    """Take the calls away by a filter that looks at each one (linux/seccomp.h)."""
    if platform.machine() not in MACHINES:
        return False
    program = _filter(*MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    refused: int = _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0)
    return refused == 0


def _filter(column: int, architecture: int) -> bytes:
    """Return the filter's instructions: refuse what is forbidden, allow threads but no processes, allow the rest."""
    load, jump_equal, jump_from, jump_bits, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    numbers = [pair[column] for pair in FORBIDDEN.values()]
    forbidden = [number for number in numbers if number is not None]
    steps = [(load, 0, 0, 4), (jump_equal, 1, 0, architecture), (answer, 0, 0, KILL), (load, 0, 0, 0)]
    steps += [(jump_from, 0, 1, 0x40000000), (answer, 0, 0, REFUSE)]  # the other numbers of x86 (x32)
    for number in forbidden:
        steps += [(jump_equal, 0, 1, number), (answer, 0, 0, REFUSE)]
    steps += [(jump_equal, 0, 1, CLONE3), (answer, 0, 0, ABSENT)]  # its flags cannot be seen; the C library uses clone
    steps += [(jump_equal, 0, 3, CLONE[column]), (load, 0, 0, 16), (jump_bits, 1, 0, CLONE_THREAD)]
    steps += [(answer, 0, 0, REFUSE), (answer, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
