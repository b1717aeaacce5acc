"""Folding as a process beside another: each line in is a JSON list of fields to fold, each line out their folds.

`python -m service.core.names`. It ends when nobody writes to it any more, so it never outlives who started it."""

import sys

import msgspec

from service.core.names.beside import fold_here

decoder = msgspec.json.Decoder(list[list[str]])
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(msgspec.json.encode(fold_here(decoder.decode(line))) + b"\n")
    sys.stdout.buffer.flush()
