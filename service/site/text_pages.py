"""Short texts, as the guest decides: by which way, or no more."""

from datetime import datetime
from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from service.core.database import Database
from service.core.errors import Invalid
from service.registrations.texts import check_wish, choose_texts
from service.settings import Settings
from service.site.own import opened
from service.site.own_changes import TOO_LATE
from service.web.forms import go, read_form

WANTED = "From now on you get short texts, too."
ENDED = "You get no more short texts."


@post("/g/{token:str}/texts", include_in_schema=False)
async def choose_own_texts(
    token: FromPath[str], request: Request[Any, Any, Any], db: NamedDependency[Database],
    settings: NamedDependency[Settings], now: NamedDependency[datetime],
) -> Redirect:  # fmt: skip
    """Begins while the registration is alive; ends whenever the guest says so. Raises LinkUnknown."""
    form = await read_form(request)
    channel = form.get("texts", "")
    async with opened(db, settings, token, lock=True) as (session, own):
        if channel and not own.open_at(now):
            return go(f"/g/{token}", TOO_LATE, kind="error")
        try:
            check_wish(channel, own.registration.phone, settings.channels)
        except Invalid as refused:
            return go(f"/g/{token}", next(iter(refused.errors.values())), kind="error")
        await choose_texts(session, own.guest, own.registration, channel, now=now)
    return go(f"/g/{token}", WANTED if channel else ENDED)


ROUTES = (choose_own_texts,)
