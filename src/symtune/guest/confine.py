"""What a fork does to itself before it touches a program: limits, another uid, no capabilities, a seccomp filter.

The filter is a list of system calls; it ends the process (SIGSYS) on calls that only an attack makes, and refuses with an
errno those that an honest library may try. It is assembled by hand: no library is needed inside the guest.

Source: ours; numbers from the kernel's system call tables.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Callable, Sequence
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_HERE = ctypes.PyDLL(None, use_errno=True)  # calls of a few instructions, made without letting go of the interpreter
_PR_GET_DUMPABLE, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 3, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_NUM_TRIES_OUT = 5
_RET_KILL_PROCESS, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OFFSET_NUMBER, _OFFSET_ARCH, _OFFSET_ARG0, _OFFSET_ARG1, _OFFSET_ARG2 = 0, 4, 16, 24, 32
_NEW_NAMESPACES, _NEW_PID = 0x7E020000, 0x20000000

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine name -> (audit number, column in the tables below)."""

KILLED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "bpf": (321, 280), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "unshare": (272, 97), "setns": (308, 268), "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105), "delete_module": (176, 106), "finit_module": (313, 273), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162), "acct": (163, 89),
    "quotactl": (179, 60), "userfaultfd": (323, 282), "process_madvise": (440, 440), "pidfd_getfd": (438, 438),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "personality": (135, 92), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "kcmp": (312, 272), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "uselib": (134, None),
    "quotactl_fd": (443, 443), "process_mrelease": (448, 448), "open_tree_attr": (467, 467),
}  # fmt: skip
"""Calls that end the process: only an attack makes them. Name -> number on (x86_64, aarch64)."""

REFUSED = {
    "execve": (59, 221), "execveat": (322, 281), "socket": (41, 198), "memfd_create": (319, 279), "shmget": (29, 194),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "memfd_secret": (447, 447), "syslog": (103, 116),
    "fanotify_init": (300, 262), "ioprio_set": (251, 30),
}  # fmt: skip
"""Calls refused with EPERM: an honest library may try them and go on. System V memory would outlive the program."""

ONLY_SELF = {
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274),
}  # fmt: skip
"""Calls that change a process named by their first argument; refused unless that is 0, the caller itself.

They ask for the same uid only, so a program could cut the limits of the process that watches it.
"""

REFUSED_COMMANDS: dict[str, tuple[tuple[int, int | None], tuple[int, ...]]] = {
    "fcntl": ((72, 25), (8, 10, 15)),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to any process by way of a pipe
    "ioctl": ((16, 29), (0x5412, 0x8901, 0x8902)),  # TIOCSTI, FIOSETOWN, SIOCSPGRP
}
"""Calls refused for some values of their second argument."""

SIGNALS = {
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}  # fmt: skip
"""Calls that signal; where no pid namespace hides the host's processes, only those to the own process are let through."""

MARKS_ON_FILES = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463),
    "removexattrat": (466, 466),
}  # fmt: skip
"""Calls that change a file without opening it, refused where no mount namespace hides the host's: Landlock lets them pass."""

_ENTRANCES = ((KILLED["unshare"], _OFFSET_ARG0, _OFFSET_ARG1), (KILLED["setns"], _OFFSET_ARG1, _OFFSET_ARG2))
_CLONE, _CLONE3, _PRCTL, _SETPRIORITY, _PIDFD_SEND_SIGNAL = (56, 220), (435, 435), (157, 167), (141, 140), (424, 424)


class SetupError(Exception):
    """The guest could not confine itself; nothing of the program has run."""


def checked(result: int, what: str) -> int:
    """Return the result of a libc call, or raise `SetupError` with what failed and why."""
    if result < 0:
        number = ctypes.get_errno()
        raise SetupError(f"{what}: {os.strerror(number)} (errno {number})")
    return result


def forbid_inspection() -> None:
    """Make this process non-dumpable: no other process of its uid can read its memory or descriptors."""
    checked(_LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl(PR_SET_DUMPABLE)")


def _instruction(code: int, if_true: int, if_false: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


def build_filter(machine: str, word: int) -> bytes:
    """Return the BPF program for a machine, or raise `SetupError` for one that is not in the tables.

    Args:
        word: the zygote, which is bound by the filter that all its forks inherit, may still enter pid namespaces: by calls with this
            number as a further argument, which the kernel does not look at. To a program that found it the kernel refuses them, for
            want of the capability.
    """
    code, column = _opening(machine)
    for numbers, offset, at_word in _ENTRANCES if word else ():
        code += [
            _instruction(_JUMP_EQUAL, 0, 8, numbers[column]),
            _instruction(_LOAD_WORD, 0, 0, offset),
            _instruction(_JUMP_EQUAL, 0, 4, _NEW_PID),
            _instruction(_LOAD_WORD, 0, 0, at_word),
            _instruction(_JUMP_EQUAL, 0, 2, word & 0xFFFFFFFF),
            _instruction(_LOAD_WORD, 0, 0, at_word + 4),
            _instruction(_JUMP_EQUAL, 1, 0, word >> 32),
            _KILL,
            _ALLOW,
        ]
    for table, action in ((KILLED, _KILL), (REFUSED, _REFUSE)):
        for numbers in table.values():
            if numbers[column] is not None:
                code += [_instruction(_JUMP_EQUAL, 0, 1, numbers[column]), action]
    # clone3 hides its flags behind a pointer; "not there" makes libc use clone, whose flags can be read
    code += [
        _instruction(_JUMP_EQUAL, 0, 1, _CLONE3[column]),
        _instruction(_RETURN, 0, 0, _RET_ERRNO | errno.ENOSYS),
        _instruction(_JUMP_EQUAL, 0, 4, _CLONE[column]),
        _instruction(_LOAD_WORD, 0, 0, _OFFSET_ARG0),
        _instruction(_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        _REFUSE,
        _ALLOW,
    ]
    for numbers in ONLY_SELF.values():
        code += _unless_zero(numbers[column], (_OFFSET_ARG0,))
    code += _unless_zero(_SETPRIORITY[column], (_OFFSET_ARG0, _OFFSET_ARG1))  # PRIO_PROCESS, the caller itself
    for numbers, commands in REFUSED_COMMANDS.values():
        code += [_instruction(_JUMP_EQUAL, 0, 2 * len(commands) + 2, numbers[column])]
        code += [_instruction(_LOAD_WORD, 0, 0, _OFFSET_ARG1)]
        for command in commands:
            code += [_instruction(_JUMP_EQUAL, 0, 1, command), _REFUSE]
        code += [_ALLOW]
    code += [  # a program that became dumpable could be inspected, and its core piped to a collector on the host
        _instruction(_JUMP_EQUAL, 0, 5, _PRCTL[column]),
        _instruction(_LOAD_WORD, 0, 0, _OFFSET_ARG0),
        _instruction(_JUMP_EQUAL, 0, 3, _PR_SET_DUMPABLE),
        _instruction(_LOAD_WORD, 0, 0, _OFFSET_ARG1),
        _instruction(_JUMP_EQUAL, 1, 0, 0),
        _REFUSE,
        _ALLOW,
    ]
    return b"".join(code)


def _unless_zero(number: int, offsets: tuple[int, ...]) -> list[bytes]:
    """Return the instructions that refuse a call in which one of these arguments is not 0."""
    code = [_instruction(_JUMP_EQUAL, 0, 3 * len(offsets) + 1, number)]
    for offset in offsets:
        code += [_instruction(_LOAD_WORD, 0, 0, offset), _instruction(_JUMP_EQUAL, 1, 0, 0), _REFUSE]
    return [*code, _ALLOW]


def build_outside_filter(machine: str, pid: int) -> bytes:
    """Return the BPF program that refuses to signal any process but ``pid``, and to change modes, owners and times of files."""
    code, column = _opening(machine)
    for numbers in MARKS_ON_FILES.values():
        if numbers[column] is not None:
            code += [_instruction(_JUMP_EQUAL, 0, 1, numbers[column]), _REFUSE]
    for numbers in SIGNALS.values():
        code += [
            _instruction(_JUMP_EQUAL, 0, 4, numbers[column]),
            _instruction(_LOAD_WORD, 0, 0, _OFFSET_ARG0),
            _instruction(_JUMP_EQUAL, 1, 0, pid),
            _REFUSE,
            _ALLOW,
        ]
    code += [_instruction(_JUMP_EQUAL, 0, 1, _PIDFD_SEND_SIGNAL[column]), _REFUSE]  # names a process by a descriptor
    return b"".join([*code, _ALLOW])


def _opening(machine: str) -> tuple[list[bytes], int]:
    """Return the instructions that refuse foreign architectures and load the call's number, and the table column."""
    if machine not in ARCHITECTURES:
        raise SetupError(f"no seccomp table for machine {machine!r}; known: {', '.join(ARCHITECTURES)}")
    audit, column = ARCHITECTURES[machine]
    code = [
        _instruction(_LOAD_WORD, 0, 0, _OFFSET_ARCH),
        _instruction(_JUMP_EQUAL, 1, 0, audit),
        _KILL,
        _instruction(_LOAD_WORD, 0, 0, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":  # numbers with bit 30 are the x32 calls, which the table does not name
        code += [_instruction(_JUMP_AT_LEAST, 0, 1, 0x40000000), _KILL]
    return code, column


_KILL = _instruction(_RETURN, 0, 0, _RET_KILL_PROCESS)
_REFUSE = _instruction(_RETURN, 0, 0, _RET_ERRNO | errno.EPERM)
_ALLOW = _instruction(_RETURN, 0, 0, _RET_ALLOW)


class _FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def install_filter(code: bytes) -> None:
    """Install one more seccomp filter in the calling process; the strictest answer of all filters holds."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _FilterProgram(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    checked(_LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0), "prctl(PR_SET_SECCOMP)")


_LIMITED = (
    resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_NPROC,
)  # fmt: skip
_NONE_OF = (resource.RLIMIT_CORE, resource.RLIMIT_RTPRIO, resource.RLIMIT_MSGQUEUE)


def fork() -> int:
    """Fork as the kernel does, without Python's own work in the child; returns 0 there.

    Right in a process of one thread: locks, thread ids and the interpreter's state are the child's as they were. What Python
    would do (fresh seeds for `random`, new locks for `threading` and `logging`) touches hundreds of pages, each of which the
    kernel then copies: two thirds of the time of a fork. All programs start from the same random state, which makes verdicts
    repeat.
    """
    return checked(_HERE.fork(), "fork")


class Confinement:
    """What confines a fork: as much as can be in the zygote, whose forks inherit it, and the rest in the fork.

    Args:
        program_uid: uid and gid to become, or None to stay and only drop capabilities.
        num_processes_base: processes that count against the uid's limit and are not the program's; None sets no limit.
        is_alone: whether a pid namespace hides the host's processes.
    """

    def __init__(self, *, program_uid: int | None, num_processes_base: int | None, is_alone: bool) -> None:
        self._uid = program_uid
        self._num_processes_base = num_processes_base
        self._is_alone = is_alone
        self._word = int.from_bytes(os.urandom(8), "little") | 1 if is_alone else 0
        self._ceilings = [resource.getrlimit(kind)[1] for kind in _LIMITED]
        self._own_bytes = [0]

    def limits_of(self, limits: dict[str, Any], cpu_total_s: float) -> tuple[int, ...]:
        """Return the kernel's limits for a fork that is about to be made, in the order of `_LIMITED`; memory beyond the zygote's own."""
        wanted = (
            int(cpu_total_s) + 2, limits["output_bytes"], limits["num_files"], limits["memory_bytes"],
            (self._num_processes_base or 0) + limits["num_processes"],
        )  # fmt: skip
        return tuple(
            value if ceiling == resource.RLIM_INFINITY else min(value, ceiling) for value, ceiling in zip(wanted, self._ceilings)
        )

    def bind(self) -> None:
        """Confine the zygote: from now on it can only fork, and enter pid namespaces.

        Raises:
            SetupError: the kernel does not allow it, or a fork would not be confined.
        """
        for kind in _NONE_OF:
            resource.setrlimit(kind, (0, 0))
        checked(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")
        install_filter(build_filter(platform.machine(), self._word))
        self.measure()
        self._try_out()

    def _try_out(self) -> None:
        """Confine a fork and have it look at itself: what is inherited and what the kernel does by itself must be there.

        A fork that a stranger killed says nothing and is made again.
        """
        for _ in range(_NUM_TRIES_OUT):
            pid = fork()
            if pid == 0:
                try:
                    limits = {"output_bytes": 1, "num_files": 64, "memory_bytes": 1 << 28, "num_processes": 64}
                    self.confiner()(self.limits_of(limits, 10))
                    os._exit(0 if _is_confined() else 1)
                finally:
                    os._exit(2)
            status = os.waitpid(pid, 0)[1]
            if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
                break
        if status:
            raise SetupError(f"a fork tried out is not confined (status {status})")

    def measure(self) -> None:
        """Note the address space that the calling process has: the warm interpreter, which a program does not pay for."""
        self._own_bytes[0] = address_space_bytes()

    def confiner(self) -> Callable[[Sequence[int]], None]:
        """Return the function that confines a fork for good, on limits of `limits_of`; what it raises, the program has not run.

        Every Python object touched in it is a page copied for the program, so all is made ready before the fork. Becoming another
        user takes away all capabilities, by the kernel's own rule; and makes a process dumpable where the machine is set so.
        """
        set_limit, own_bytes, at_most = resource.setrlimit, self._own_bytes, self._ceilings[_LIMITED.index(resource.RLIMIT_AS)]
        cpu, size, files, memory, processes = _LIMITED
        uid, nobody_else = self._uid, []
        has_processes, is_infinite = self._num_processes_base is not None, at_most == resource.RLIM_INFINITY
        set_groups, set_gid, set_uid = os.setgroups, os.setresgid, os.setresuid
        capability_head = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0), 8)
        no_capabilities = ctypes.create_string_buffer(24)
        becomes_dumpable = uid is not None and _may_become_dumpable()

        def confine(limits: Sequence[int]) -> None:
            set_limit(cpu, (limits[0], limits[0]))
            set_limit(size, (limits[1], limits[1]))
            set_limit(files, (limits[2], limits[2]))
            most = limits[3] + own_bytes[0]
            if not is_infinite and most > at_most:
                most = at_most
            set_limit(memory, (most, most))
            if has_processes:
                set_limit(processes, (limits[4], limits[4]))
            if uid is None:
                checked(_HERE.capset(capability_head, no_capabilities), "capset")
            else:
                set_groups(nobody_else)
                set_gid(uid, uid, uid)
                set_uid(uid, uid, uid)
            if becomes_dumpable:
                checked(_HERE.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl(PR_SET_DUMPABLE)")

        return confine

    def pid_gate(self) -> tuple[Callable[[], None], Callable[[], None]]:
        """Return what the zygote calls before a fork, so that it begins a pid namespace, and after."""
        numbers = [KILLED[name][ARCHITECTURES[platform.machine()][1]] for name in ("unshare", "setns")]
        unshare, setns, flag, word = (ctypes.c_long(number) for number in (*numbers, _NEW_PID, self._word))
        own, call = ctypes.c_long(os.open("/proc/self/ns/pid", os.O_RDONLY)), _HERE.syscall

        def begin() -> None:
            checked(call(unshare, flag, word), "unshare(pid)")

        def end() -> None:
            checked(call(setns, own, flag, word), "setns(pid)")

        return begin, end

    def restrict_signals(self) -> None:
        """Keep the calling process from other processes and from marks on files, where no namespace hides the host's."""
        if not self._is_alone:
            install_filter(build_outside_filter(platform.machine(), os.getpid()))


def _may_become_dumpable() -> bool:
    """Whether the machine is set so that a process which changes its user can be inspected, or leaves cores."""
    try:
        return _read("/proc/sys/fs/suid_dumpable").strip() != b"0"
    except OSError:
        return True


def _is_confined() -> bool:
    """Whether the calling process has no capability, can get none, is filtered and cannot be inspected."""
    lines = dict(line.split(b":\t", 1) for line in _read("/proc/self/status").splitlines() if b":\t" in line)
    has_none = all(int(lines[name], 16) == 0 for name in (b"CapInh", b"CapPrm", b"CapEff", b"CapAmb"))
    is_filtered = lines[b"NoNewPrivs"] == b"1" and lines[b"Seccomp"] == b"2"
    return has_none and is_filtered and _HERE.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 14)
    finally:
        os.close(descriptor)


def address_space_bytes() -> int:
    """Return the address space this process has now: the warm interpreter, which a program does not pay for."""
    return int(_read("/proc/self/statm").split()[0]) * resource.getpagesize()
