"""CPU time and memory of processes, read from /proc (Linux; elsewhere everything is 0)."""

import os
from pathlib import Path

import msgspec

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process(msgspec.Struct, frozen=True):
    """One process: seconds of CPU, with those of children that have ended, and bytes of memory."""

    pid: int
    parent: int
    cpu: float
    memory: int


def processes() -> dict[int, Process]:
    """All that run now."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        pid = int(folder.name)
        found[pid] = Process(
            pid, int(fields[1]), sum(map(int, fields[11:15])) / TICKS, int(fields[21]) * PAGE
        )
    return found


def most_memory(pid: int) -> int:
    """Bytes that a process has held at most; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def family(pid: int, known: dict[int, Process] | None = None) -> list[Process]:
    """A process and all its descendants."""
    known = processes() if known is None else known
    members = [known[pid]] if pid in known else []
    for member in members:
        members += [child for child in known.values() if child.parent == member.pid]
    return members


def children(pid: int) -> list[int]:
    """Of a master, its workers."""
    return sorted(one.pid for one in processes().values() if one.parent == pid)


def cpu(pid: int) -> float:
    """Seconds of CPU used by a process and its descendants."""
    return sum(member.cpu for member in family(pid))


def busy() -> float:
    """Seconds of CPU used on this machine by anybody since it started."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, softirq, *_ = map(int, fields)
    return (user + nice + system + irq + softirq) / TICKS
