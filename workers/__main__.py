"""One worker process: `python -m workers`, or `qonaq worker`. Settings from the environment."""

import gc

gc.disable()  # until all is loaded (`main`): nothing of it is garbage, and looking for some took a fifth of the start

from workers.running import main  # noqa: E402 — behind the line above

if __name__ == "__main__":
    main()
