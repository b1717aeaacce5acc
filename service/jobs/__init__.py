"""Work that takes more than a moment: done by a worker, watched by the one who asked for it."""
