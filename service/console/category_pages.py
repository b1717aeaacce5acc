"""Making and editing the categories of an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from emails.languages import LANGUAGES, OWN_NAMES
from service.accounts.models import Account
from service.console import words
from service.console.event_pages import AT
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, QonaqError
from service.credentials.operations import Signer
from service.events import operations
from service.events.models import Event
from service.events.queries import CategoryView, get_event, list_category_views
from service.events.schemas import read_category
from service.events.steps import KINDS, MOST, Step
from service.organisations.queries import list_deciders
from service.outbox.bell import Bell
from service.registrations.waiting import promote_waiting
from service.web.forms import go, read_form
from service.web.templating import page, sentence
from service.web.words import N_


def _category_page(
    request: Request[Any, Any, Any], event: Event, category: CategoryView | None, form: dict[str, str],
    team: list[Account], refused: QonaqError | None = None,
) -> Response[str]:  # fmt: skip
    errors = refused.errors if isinstance(refused, Invalid) else {}
    return page(
        request, "console/category.html", status=422 if refused else 200, event=event, here="settings", form=form,
        category=category, errors=errors,
        said=sentence(request, refused.say, **refused.data) if refused and not errors else "",
        all_languages=[(code, OWN_NAMES[code]) for code in LANGUAGES], team=team, most=MOST,
        kinds=[(kind, words.STEPS[kind]) for kind in KINDS],
    )  # fmt: skip


@get([AT + "/categories/new", AT + "/categories/{category_id:uuid}"], include_in_schema=False)
async def category_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """A new one, or one as it is. Raises NotFound."""
    category_id = request.path_params.get("category_id")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if category_id is not None:
            await operations.get_category(session, event, category_id)
        views = await list_category_views(session, event.id)
        team = await list_deciders(session, event.organisation_id, event.id)
    category = next((view for view in views if view.id == category_id), None)
    form = {"approval": "desk", "visibility": "public", "colour": str(len(views) % 8 + 1)}
    if category is not None:
        form = {name: str(getattr(category, name)) for name in ("key", "approval", "visibility", "colour")}
        form |= {f"name_{code}": text for code, text in category.name.items()}
        form["capacity"] = "" if category.capacity is None else str(category.capacity)
        form["offer_hours"] = str(category.offer_hours or "")
    for number, step in enumerate(category.steps if category else (Step(),), start=1):
        form |= {f"step_{number}": step.kind, f"step_{number}_name": step.name}
        form[f"step_{number}_who"] = "named" if step.named else "team"
        form |= {f"step_{number}_by_{one}": "yes" for one in step.deciders}
    return _category_page(request, event, category, form, team)


@post([AT + "/categories/new", AT + "/categories/{category_id:uuid}"], include_in_schema=False)
async def save_category(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    signer: NamedDependency[Signer], bell: NamedDependency[Bell], now: NamedDependency[datetime],
) -> Response[str] | Redirect:  # fmt: skip
    """More places move the waiting list at once."""
    form, category_id = await read_form(request), request.path_params.get("category_id")
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        if category_id is not None:
            await operations.get_category(session, event, category_id)
        team = await list_deciders(session, event.organisation_id, event.id)
    try:
        async with db.begin() as session:
            mine = await get_event(session, actor, slug, "manage")
            saved = await operations.save_category(session, actor, mine, read_category(form), category_id)
            await promote_waiting(session, saved.id, signer=signer, now=now)
    except QonaqError as refused:
        async with db.begin() as session:
            views = await list_category_views(session, event.id)
        return _category_page(
            request, event, next((v for v in views if v.id == category_id), None), form, team, refused
        )
    bell.ring()
    return go(f"/console/{slug}/settings", N_("Saved."))


@post(AT + "/categories/{category_id:uuid}/remove", include_in_schema=False)
async def remove_category(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    category_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:
    """Only an empty one."""
    try:
        async with db.begin() as session:
            event = await get_event(session, actor, slug, "manage")
            await operations.remove_category(session, actor, event, category_id)
    except QonaqError as refused:
        if refused.code in ("not_found", "forbidden"):
            raise
        return go(f"/console/{slug}/settings", sentence(request, refused.say, **refused.data), "error")
    return go(f"/console/{slug}/settings", N_("Removed."))


ROUTES = (category_page, save_category, remove_category)
