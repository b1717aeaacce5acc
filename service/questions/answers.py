"""What was answered, checked. Pure; errors are English msgids by form field (`q_<key>`)."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from service.people.contacts import (
    COUNTRIES,
    LONGEST_NAME,
    LONGEST_TEXT,
    one_line,
    stored_email,
    stored_phone,
)
from service.places.operations import place_of
from service.questions.facts import Condition, QuestionFacts, choice_id
from service.questions.models import UPLOADED

LARGEST = 1e15  # beyond, whole numbers lose digits in JSON
LONGEST_LINK = 500
YEARS = range(1900, 2200)
NO_ANSWER = "Please answer this question."
NO_CONSENT = "We cannot register you without your consent."
NO_SUCH_QUESTION = "There is no such question here."
NOT_SHOWN = "Please choose from the answers shown."
NOT_A_NUMBER = "Please enter a number, for example 12 or 2.5."


class Wrong(ValueError):
    """An answer that cannot be taken; its text is a msgid."""


def applies(question: QuestionFacts, category: str, answers: Mapping[str, Any]) -> bool:
    """Whether it is asked of a guest of this category who answered the earlier ones so."""
    return question.is_for(category) and (
        question.condition is None or passes(question.condition, answers.get(question.condition.question))
    )


def passes(condition: Condition, answer: Any) -> bool:
    """Whether an answer in stored form (None: there is none) meets the condition."""
    value = condition.value.casefold()
    if condition.test == "contains":
        if isinstance(answer, list):
            return any(str(one).casefold() == value for one in answer)
        return answer is not None and value in _as_text(answer)
    same = answer is not None and _as_text(answer) == value
    return same if condition.test == "is" else not same


def _as_text(answer: Any) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list):
        return ",".join(str(one) for one in answer).casefold()
    return str(answer).casefold()


def check_answers(
    questions: Sequence[QuestionFacts], given: Mapping[str, Any], category: str, *, country: str = "",
    by_team: bool = False, files: Collection[str] = (),
) -> tuple[dict[str, Any], dict[str, str]]:  # fmt: skip
    """(answers in stored form, errors by field). What is not asked of this guest is dropped, not refused.

    `given` holds what was typed, or JSON; `country` is the guest's, for phones; `files` are ids of uploads that are
    theirs. The team may leave everything empty."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in questions:
        if not applies(question, category, answers):
            continue
        try:
            value = checked(question, given.get(question.key), country=country, files=files)
            if value is not None:
                answers[question.key] = value
            elif not by_team and (question.required or question.kind == "consent"):
                raise Wrong(NO_CONSENT if question.kind == "consent" else NO_ANSWER)
        except Wrong as wrong:
            errors[question.field] = str(wrong)
    if not given.keys() <= {question.key for question in questions}:
        errors["answers"] = NO_SUCH_QUESTION
    return answers, errors


def chosen_places(questions: Sequence[QuestionFacts], answers: Mapping[str, Any]) -> dict[UUID, str]:
    """The counters of the answers that have places, each with the field of its question."""
    found: dict[UUID, str] = {}
    for question in questions:
        answer = answers.get(question.key)
        keys = answer if isinstance(answer, list) else [answer]
        for choice in question.choices:
            if choice.places is not None and choice.key in keys:
                found[place_of(question.id, choice_id(question.id, choice.key))] = question.field
    return found


def checked(question: QuestionFacts, given: Any, *, country: str, files: Collection[str]) -> Any:
    """One answer in stored form, None for none. Raises Wrong."""
    if given is None or given in ("", []):
        return None
    if question.kind == "number":
        return _number(question, given)
    if question.kind == "phone":
        return _phone(_text(given), country)
    if question.kind in UPLOADED:
        return _upload(given, files)
    return _BY_KIND[question.kind](question, given)


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise Wrong("Please write this as text.")
    return one_line(given)


def _short(_question: QuestionFacts, given: Any) -> str | None:
    line = _text(given)
    if len(line) > LONGEST_NAME:
        raise Wrong("Please be shorter: 200 characters at most.")
    return line or None


def _long(_question: QuestionFacts, given: Any) -> str | None:
    if not isinstance(given, str):
        raise Wrong("Please write this as text.")
    lines = (
        "".join(c if c.isprintable() else " " for c in line).rstrip() for line in re.split(r"\r\n?|\n", given)
    )
    body = "\n".join(lines).strip()
    if len(body) > LONGEST_TEXT:
        raise Wrong("Please be shorter: 2,000 characters at most.")
    return body or None


def _number(question: QuestionFacts, given: Any) -> float:
    try:
        value = Decimal("".join(str(given).split()).replace(",", "."))
    except InvalidOperation:
        raise Wrong(NOT_A_NUMBER) from None
    if isinstance(given, bool) or not value.is_finite() or abs(value) > LARGEST:
        raise Wrong(NOT_A_NUMBER)
    low, high = question.minimum, question.maximum
    if not (-math.inf if low is None else low) <= value <= (math.inf if high is None else high):
        raise Wrong("Please enter a number within the limits shown.")
    return int(value) if value == value.to_integral_value() else float(value)


def _yes_no(_question: QuestionFacts, given: Any) -> bool:
    if given in (True, "yes"):
        return True
    if given in (False, "no"):
        return False
    raise Wrong("Please choose yes or no.")


def _consent(_question: QuestionFacts, given: Any) -> bool | None:
    return True if given in (True, "yes") else None


def _one_of(question: QuestionFacts, given: Any) -> str:
    if given not in [choice.key for choice in question.choices]:
        raise Wrong(NOT_SHOWN)
    return str(given)


def _many_of(question: QuestionFacts, given: Any) -> list[str] | None:
    """In the order of the choices."""
    wanted = [given] if isinstance(given, str) else given
    keys = [choice.key for choice in question.choices]
    if not isinstance(wanted, list) or any(one not in keys for one in wanted):
        raise Wrong(NOT_SHOWN)
    return [key for key in keys if key in wanted] or None


def _date(_question: QuestionFacts, given: Any) -> str:
    try:
        day = date.fromisoformat(_text(given))
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Wrong("Please enter a date, for example 2025-09-13.")
    return day.isoformat()


def _country(_question: QuestionFacts, given: Any) -> str:
    if not isinstance(given, str) or given not in COUNTRIES:
        raise Wrong("Please choose a country from the list.")
    return str(given)


def _phone(given: str, country: str) -> str:
    number = stored_phone(given, country)
    if number is None:
        raise Wrong("Please enter the number with its country code, for example +7 701 123 45 67.")
    return number


def _email(_question: QuestionFacts, given: Any) -> str:
    address = stored_email(_text(given))
    if address is None:
        raise Wrong("This does not look like an e-mail address. Example: name@company.kz")
    return address


def _link(_question: QuestionFacts, given: Any) -> str:
    text = _text(given)
    link = text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else f"https://{text}"
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or "." not in host.strip(".") or " " in link:
        raise Wrong("Please enter a link, for example https://company.kz")
    if parts.username or len(link) > LONGEST_LINK:
        raise Wrong("Please enter a link, for example https://company.kz")
    return link


def _upload(given: Any, files: Collection[str]) -> str:
    if not isinstance(given, str) or given not in files:
        raise Wrong("Please choose the file again.")
    return str(given)


_BY_KIND: dict[str, Callable[[QuestionFacts, Any], Any]] = {
    "short_text": _short, "long_text": _long, "yes_no": _yes_no, "one_of": _one_of, "many_of": _many_of, "date": _date,
    "country": _country, "email": _email, "link": _link, "consent": _consent,
}  # fmt: skip
