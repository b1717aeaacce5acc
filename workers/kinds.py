"""Every kind of long work, and who does it."""

from collections.abc import Mapping

from workers import deciding, exporting
from workers.jobs import Handler

KINDS: Mapping[str, Handler] = {
    "decide": deciding.decide,
    "undo": deciding.undo,
    "export": exporting.export,
}
