"""Every kind of long work, and who does it."""

from collections.abc import Mapping

from workers import deciding, exporting, importing, messaging
from workers.jobs import Handler

KINDS: Mapping[str, Handler] = {
    "decide": deciding.decide,
    "undo": deciding.undo,
    "export": exporting.export,
    "message": messaging.send,
    "remind": messaging.remind,
    "import_preview": importing.look,
    "import_apply": importing.carry_in,
    "import_undo": importing.take_back,
}
