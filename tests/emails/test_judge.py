"""Every system mail in every language passes the strict reader of `./qonaq letters`, which finds what is wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from emails.dkim import generate_key
from emails.render import Rendered
from tests.emails.judge import Post, every_mail, faults
from tests.emails.programs import unsupported

KEY = generate_key()
POSTS = {post.name: post for post in every_mail(datetime(2026, 9, 1, 4, 30, tzinfo=UTC), KEY)}
INVITATION, TICKET = POSTS["invitation-1-kk"], POSTS["registration_approved-1-ru"]


@pytest.mark.parametrize("name", POSTS)
def test_a_mail_has_no_fault(name: str) -> None:
    assert faults(POSTS[name], KEY) == []


def page(post: Post, **changed: str) -> Post:
    return replace(post, mail=replace(post.mail, **changed))


@pytest.mark.parametrize(
    ("post", "said"),
    [
        (replace(TICKET, wire=TICKET.wire.replace(b"ru\r\n", b"ru\n", 1) + b"\n"), "a line end is not CRLF"),
        (replace(TICKET, wire=TICKET.wire + b"x" * 999), "a line is too long"),
        (replace(TICKET, wire=TICKET.wire + "ы".encode()), "not seven bits"),
        (replace(TICKET, wire=TICKET.wire.replace(b"Subject:", b"Subject: x", 1)), "not signed"),
        (replace(TICKET, wire=TICKET.wire[: len(TICKET.wire) // 2]), "defect in multipart/mixed"),
        (replace(TICKET, letter=INVITATION.letter), "list-unsubscribe is missing"),
        (replace(INVITATION, letter=TICKET.letter), "list-unsubscribe-post does not belong here"),
        (
            replace(INVITATION, wire=re.sub(rb"list-unsubscribe-post:\s*", b"", INVITATION.wire)),
            "list-unsubscribe-post is not covered by the signature",
        ),
        (page(TICKET, text="No link"), "links differ"),
        (page(TICKET, html="<p>" + "x" * 60_000), "odd: too_large"),
        (page(TICKET, html='<div style="display:flex">'), "not everywhere: flex"),
        (page(TICKET, html="<p>Hello</p>"), "no preview line"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(post: Post, said: str) -> None:
    assert said in "; ".join(faults(post, KEY))


def test_what_mail_programs_do_not_show_is_named() -> None:
    assert (
        unsupported(
            '<p style="color:red">x</p><style>@media (max-width: 480px) { .a { width: 1px !important; } }</style>'
        )
        == []
    )
    assert unsupported(
        '<video><p onclick="x" style="position:fixed;filter:blur(1px);background:url(x)">'
        "<style>@media print { a { gap: 1px } }</style>"
    ) == [
        "<p onclick>", "<video>", "@media print", "background", "background:", "filter", "gap", "position", "position:",
        "url(",
    ]  # fmt: skip


def test_the_samples_hold_all_that_can_be_unsubscribed() -> None:
    ways_out = {
        name.rsplit("-", 2)[0] for name, post in POSTS.items() if b"List-Unsubscribe-Post" in post.wire
    }
    assert ways_out == {"invitation", "invitation_reminder", "message"}
    assert isinstance(TICKET.mail, Rendered)
