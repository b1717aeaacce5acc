"""Why the door could not even look at a scan. A verdict is never an error: it is an answer."""

from service.core.errors import Conflict, Forbidden, Invalid, NotFound


class NoSuchPoint(NotFound):
    code = "no_such_point"
    say = "This check-in point does not exist any more. Choose another one."


class DeviceRevoked(Forbidden):
    """Somebody took this device out of the door team."""

    code = "device_revoked"
    say = "This device was blocked. Ask an organizer."


class ScanIdTaken(Conflict):
    """Another event has a scan of this id: ids must be made anew for each scan (UUIDv7)."""

    code = "scan_id_taken"
    say = "This scan id was used elsewhere. Reload the page and scan again."


class NothingScanned(Invalid):
    code = "nothing_scanned"
    say = "Give a code or a registration."


class PointInUse(Conflict):
    """It has scans, and scans are never deleted. It can be closed instead by its times."""

    code = "point_in_use"
    say = "People were scanned here, so this point stays. Close it by its times instead."


class LastPoint(Conflict):
    code = "last_point"
    say = "An event needs one check-in point. Add another one first."
