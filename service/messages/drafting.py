"""What is typed into the composer: kept as it is, however unfinished; and what stands in the way of sending it."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from emails.written import MOST, PLACEHOLDERS, Part, is_good_link, parts_of
from service.core.errors import Conflict
from service.messages.models import Campaign

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_BUTTON, LONGEST_SHORT = 150, 5_000, 60, 300
LONGEST_SEGMENT = 2_000
MOST_A_MINUTE = 100_000
MISSING = {"subject": "Please give a subject.", "text": "Please write the text."}
UNKNOWN = "There is something in braces that is no placeholder. Those that you can use are listed under “Placeholders”."
TOO_MANY = "Please use fewer placeholders: at most 100 in a text."
BAD_LINK = "One of the links leads nowhere. Please write it as https://example.com/page."
TOO_LONG = {
    LONGEST_SUBJECT: "Please shorten the subject to 150 characters.",
    LONGEST_TEXT: "Please shorten the text to 5,000 characters.",
    LONGEST_BUTTON: "Please shorten the button to 60 characters.",
    LONGEST_SHORT: "Please shorten the short text to 300 characters.",
}
NO_SHORT = (
    "Please write the short text in this language, too: everybody gets it who reads none of the others."
)
GAPS = (
    "Some placeholders have no value for everybody. Please say what stands there instead, as in "
    "{position|colleague}."
)
NO_NUMBER = "Please give a number of mails, or leave it empty."
NO_HOURS = "Please give two hours of the day, the first one earlier."


class WordsUnfinished(Conflict):
    code = "words_unfinished"
    say = "The words are not finished. Please open them and mend what is marked there."


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The words by language (only what is written), for whom, and the pace. `refused` are fields that could not be
    read: what they held stays as it was."""

    subject: dict[str, str]
    body: dict[str, str]
    plain: dict[str, str]
    short: dict[str, str]
    purpose: str
    segment: str
    per_minute: int = 0
    per_domain: int = 0
    from_hour: int = 0
    until_hour: int = 24
    refused: dict[str, str] = {}


def read_draft(form: Mapping[str, str], languages: Sequence[str]) -> Draft:
    """The fields subject_xx, text_xx, plain_xx, short_xx, purpose, segment, per_minute, per_domain, from_hour,
    until_hour."""
    refused: dict[str, str] = {}
    limits = {name: _number(form, name, refused) for name in ("per_minute", "per_domain")}
    first, last = form.get("from_hour", "0"), form.get("until_hour", "24")
    hours = (
        (int(first), int(last))
        if first.isdecimal() and last.isdecimal() and len(first + last) <= 4
        else (0, 0)
    )
    if not 0 <= hours[0] < hours[1] <= 24:
        refused["until_hour"], hours = NO_HOURS, (0, 24)
    return Draft(
        subject=_written(form, "subject", languages), body=_written(form, "text", languages),
        plain=_written(form, "plain", languages), short=_written(form, "short", languages),
        segment=form.get("segment", "")[:LONGEST_SEGMENT],
        purpose="news" if form.get("purpose") == "news" else "practical",
        from_hour=hours[0], until_hour=hours[1], refused=refused, **limits,
    )  # fmt: skip


def _written(form: Mapping[str, str], name: str, languages: Sequence[str]) -> dict[str, str]:
    found = {code: form.get(f"{name}_{code}", "").replace("\r\n", "\n").strip() for code in languages}
    if name == "subject":
        found = {code: " ".join(text.split()) for code, text in found.items()}
    return {code: text for code, text in found.items() if text}


def _number(form: Mapping[str, str], name: str, refused: dict[str, str]) -> int:
    given = form.get(name, "").strip() or "0"
    if given.isascii() and given.isdecimal() and len(given) <= 6 and int(given) <= MOST_A_MINUTE:
        return int(given)
    refused[name] = NO_NUMBER
    return 0


def check_words(
    subject: Mapping[str, str], body: Mapping[str, str], plain: Mapping[str, str], languages: Sequence[str],
    short: Mapping[str, str] | None = None,
) -> dict[str, str]:  # fmt: skip
    """What must be mended before it can be sent: a language needs both parts, and there must be one. A short text goes
    beside a mail, and needs the language that is for everybody else."""
    short = short or {}
    errors: dict[str, str] = {}
    for code in languages:
        if (code in subject) != (code in body):
            missing = "text" if code in subject else "subject"
            errors[f"{missing}_{code}"] = MISSING[missing]
        for name, text, longest in (
            ("subject", subject.get(code, ""), LONGEST_SUBJECT), ("text", body.get(code, ""), LONGEST_TEXT),
            ("plain", plain.get(code, ""), LONGEST_TEXT), ("short", short.get(code, ""), LONGEST_SHORT),
        ):  # fmt: skip
            if wrong := wrong_in(text, longest):
                errors[f"{name}_{code}"] = wrong
        if code in short and code not in body:
            errors.setdefault(f"text_{code}", MISSING["text"])
    if short and body and (first := next(code for code in languages if code in body)) not in short:
        errors.setdefault(f"short_{first}", NO_SHORT)
    if not body and not errors:
        errors = {f"{name}_{languages[0]}": say for name, say in MISSING.items()}
    return errors


def require_words(campaign: Campaign, languages: Sequence[str]) -> None:
    """Whatever stands in the composer is kept, so it is looked at before it goes out, by whichever button or caller.
    Raises WordsUnfinished."""
    if check_words(campaign.subject, campaign.body, campaign.plain, languages, campaign.short):
        raise WordsUnfinished


def wrong_in(text: str, longest: int, known: Collection[str] = PLACEHOLDERS) -> str:
    """What must be mended in one text, '' if nothing."""
    if len(text) > longest:
        return TOO_LONG[longest]
    parts = parts_of(text)
    if any(_is_unknown(part, known) for part in parts):
        return UNKNOWN
    if sum(part.kind == "placeholder" for part in parts) > MOST:
        return TOO_MANY
    return BAD_LINK if any(part.kind == "link" and not is_good_link(part.text) for part in parts) else ""


def _is_unknown(part: Part, known: Collection[str]) -> bool:
    return part.kind == "unknown" or (part.kind == "placeholder" and part.text not in known)


def placeholders_without_words(texts: Sequence[str]) -> list[str]:
    """The placeholders that say nothing for those who have no value: they name no other words."""
    parts = [part for text in texts for part in parts_of(text)]
    return sorted({part.text for part in parts if part.kind == "placeholder" and not part.otherwise})
