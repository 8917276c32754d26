"""How this process uses threads and memory: set once, before torch is loaded."""

import ctypes
import os
import sys

# libgomp lets a thread that waits for the others spin. On two cores that something else wants too it then keeps them
# from what it waits for: reading took three times as long beside other work. A short spin costs nothing measurable
# where the machine is quiet.
SPINS = "1000"
# glibc hands large blocks back to the system at every free, and torch asks for them again at once.
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1  # from malloc.h
MMAP_BYTES = 32 << 20  # the most that glibc takes on 64 bits
TRIM_BYTES = 512 << 20


def tune() -> None:
    """Sets what is not set from outside. Harmless where it is unknown, and a second time."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    if sys.platform == "linux" and "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_MMAP_THRESHOLD, MMAP_BYTES)
            mallopt(M_TRIM_THRESHOLD, TRIM_BYTES)
