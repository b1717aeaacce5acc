"""`python -m workers [PROCESSES]`, or `qonaq worker`: settings from the environment."""

import gc
import sys

gc.disable()  # until all is loaded (`main`): nothing of it is garbage, and looking for some took a fifth of the start

from workers.running import main  # noqa: E402 — behind the line above

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
