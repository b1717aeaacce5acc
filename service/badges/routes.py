"""The API of badges."""

import asyncio
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.badges.badge import Badge
from service.badges.making import list_badges
from service.badges.press import draw
from service.core.actor import Actor
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.queries import get_event
from service.registrations.errors import NoCredential
from service.settings import Settings

ONE = "/api/v1/events/{slug:str}/registrations/{registration_id:uuid}/badge"


async def pdf(badges: list[Badge], name: str) -> Response[bytes]:
    """Drawn beside this process, a page a badge. Raises NoCredential for no badges."""
    if not badges:
        raise NoCredential
    data = await asyncio.to_thread(draw, badges)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


async def badge_of(
    db: Database, actor: Actor, slug: str, registration_id: UUID, *, signer: Signer, settings: Settings
) -> Response[bytes]:
    """One A6 page, for who may see the event. Raises NotFound, NoCredential unless approved."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        badges = await list_badges(
            session, event, [registration_id], base_url=settings.base_url, signer=signer
        )
    return await pdf(badges, "badge.pdf")


@get(
    ONE,
    operation_id="get_badge",
    summary="The badge as a PDF",
    tags=["registrations"],
    media_type="application/pdf",
)
async def badge_route(
    slug: FromPath[str], registration_id: FromPath[UUID], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], settings: NamedDependency[Settings],
) -> Response[bytes]:  # fmt: skip
    """One A6 page. 404 with the code no_badge unless the registration is approved. Fetching is not printing."""
    return await badge_of(db, actor, slug, registration_id, signer=signer, settings=settings)


ROUTES = (badge_route,)
