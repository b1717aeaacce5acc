"""What can go wrong on somebody's machine, each as one sentence with the way out."""


class StartError(Exception):
    """Shown to the person who started it, without a traceback."""
