"""create_app(settings): the one place that knows every route, page and error handler."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler
from redis.asyncio import Redis

from emails.languages import check_time_zones
from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.badges import routes as badges
from service.checkin import pages as door_pages
from service.checkin import pages_points, pages_script
from service.checkin import routes as checkin
from service.checkin.facts import door_cache
from service.checkin.queries import arrivals_cache
from service.console import (
    badges_pages,
    bulk_pages,
    category_pages,
    composer_look,
    composer_pages,
    deciding_pages,
    delegation_pages,
    delegations_pages,
    delivery_pages,
    edit_pages,
    event_pages,
    export_pages,
    filter_pages,
    guest_pages,
    guests_pages,
    import_pages,
    invitation_pages,
    inviting_pages,
    job_pages,
    letter_pages,
    message_pages,
    people_pages,
    programme_pages,
    question_pages,
    questions_pages,
    reminder_pages,
    row_pages,
    shut_pages,
    team_pages,
    wave_pages,
)
from service.console import pages as console_pages
from service.core.clock import now
from service.core.database import Database
from service.core.errors import QonaqError
from service.credentials.operations import load_signer
from service.delegations import routes as delegations
from service.events import routes as events
from service.events.cache import event_cache
from service.invitations import routes as invitations
from service.lists import routes as lists
from service.messages import routes as messages
from service.organisations.auth import Doorkeeper, provide_actor, provide_visitor
from service.outbox.bell import Bell
from service.questions import routes as questions
from service.questions.queries import Questions
from service.registrations import routes as registrations
from service.registrations.tidy import keep_tidy
from service.settings import Settings
from service.site import (
    account_pages,
    answer_pages,
    cached,
    delegate_pages,
    news_pages,
    own_changes,
    own_pages,
    preview_pages,
    register_pages,
    sheet_pages,
    text_pages,
)
from service.site import (
    delegation_pages as focal_pages,
)
from service.site import pages as site
from service.web import api_page, components, files, health, logs
from service.web.guard import ASGI, Guard
from service.web.problems import on_crash, on_http_error, on_qonaq_error
from service.web.throttle import Throttle

ROUTES: Sequence[ControllerRouterHandler] = (
    *health.ROUTES, *files.ROUTES, *api_page.ROUTES,
    *events.ROUTES, *questions.ROUTES, *registrations.ROUTES, *lists.ROUTES, *badges.ROUTES, *invitations.ROUTES,
    *delegations.ROUTES, *messages.ROUTES, *checkin.ROUTES,
    *door_pages.ROUTES, *pages_script.ROUTES, *pages_points.ROUTES,
    *site.ROUTES, *cached.ROUTES, *register_pages.ROUTES, *own_pages.ROUTES, *own_changes.ROUTES, *text_pages.ROUTES,
    *answer_pages.ROUTES,
    *news_pages.ROUTES, *focal_pages.ROUTES, *delegate_pages.ROUTES, *sheet_pages.ROUTES,
    *account_pages.ROUTES,
    *console_pages.ROUTES, *guests_pages.ROUTES, *bulk_pages.ROUTES, *export_pages.ROUTES, *import_pages.ROUTES,
    *filter_pages.ROUTES, *edit_pages.ROUTES, *guest_pages.ROUTES, *delegations_pages.ROUTES, *delegation_pages.ROUTES,
    *deciding_pages.ROUTES, *message_pages.ROUTES, *delivery_pages.ROUTES, *shut_pages.ROUTES,
    *composer_look.ROUTES, *composer_pages.ROUTES, *letter_pages.ROUTES, *row_pages.ROUTES, *badges_pages.ROUTES,
    *reminder_pages.ROUTES,
    *category_pages.ROUTES, *event_pages.ROUTES, *job_pages.ROUTES,
    *questions_pages.ROUTES, *question_pages.ROUTES, *preview_pages.ROUTES,
    *invitation_pages.ROUTES, *inviting_pages.ROUTES, *wave_pages.ROUTES, *programme_pages.ROUTES, *team_pages.ROUTES,
    *people_pages.ROUTES,
)  # fmt: skip
SHARED = ("settings", "db", "redis", "bell", "throttle", "signer", "events", "questions", "door")


def create_app(settings: Settings | None = None) -> ASGI:
    """The web application: all routes behind the guard. Without settings, those of the environment."""
    settings = settings or Settings.from_environment()
    return Guard(create_litestar(settings), base_url=settings.base_url)


def create_litestar(settings: Settings) -> Litestar:
    """The application inside the guard (tests and the OpenAPI document want it bare)."""
    return Litestar(
        route_handlers=[*ROUTES, *(components.ROUTES if settings.dev else ())],
        lifespan=[lambda app: _lifespan(app, settings)],
        dependencies={
            **{name: _shared(name) for name in SHARED},
            "actor": Provide(provide_actor),
            "visitor": Provide(provide_visitor),
            "now": Provide(now, sync_to_thread=False),
        },
        exception_handlers={QonaqError: on_qonaq_error, HTTPException: on_http_error, Exception: on_crash},
        openapi_config=OpenAPIConfig(
            title="Qonaq",
            version="1",
            path="/api/v1",
            description="Tokens come from `./qonaq token create`. Errors are problem+json (RFC 9457) with a code.",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
            security=[{"token": []}],
        ),
        request_max_body_size=12_000_000,
    )


def _shared(name: str) -> Provide:
    """A part of app.state as a dependency of the same name."""

    def provide(request: Request[Any, Any, Any]) -> Any:
        return request.app.state[name]

    return Provide(provide, sync_to_thread=False)


@asynccontextmanager
async def _lifespan(app: Litestar, settings: Settings) -> AsyncIterator[None]:
    logs.configure()
    check_time_zones()
    db = Database(settings.database_url, pool_size=settings.pool_size, hot_pool_size=settings.hot_pool_size)
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    async with db.begin() as session:
        signer = await load_signer(session, settings.master_key)
    await db.hot()  # opened now, not by the first guests
    app.state.update(
        settings=settings, db=db, redis=redis, bell=Bell(redis), throttle=Throttle(redis), signer=signer,
        events=event_cache(db), questions=Questions(db), pages=cached.page_cache(db), door=(door := door_cache(db)),
        arrivals=arrivals_cache(db, door), doorkeeper=Doorkeeper(db, settings),
    )  # fmt: skip
    tidying = asyncio.create_task(keep_tidy(db))
    try:
        yield
    finally:
        tidying.cancel()
        await redis.aclose()
        await db.close()
