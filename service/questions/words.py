"""Questions and answers in the reader's words; where a text is missing, in the event's first language that has it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from emails import languages
from service.events.mail import in_order
from service.questions.answers import applies
from service.questions.facts import QuestionFacts
from service.questions.files import Kept
from service.questions.models import UPLOADED
from service.questions.typed import Typed
from service.web.words import LOCALES, N_

CONDITIONS = {
    "is": N_("Only if the answer to “%(question)s” is “%(answer)s”."),
    "is_not": N_("Only if the answer to “%(question)s” is not “%(answer)s”."),
    "contains": N_("Only if the answer to “%(question)s” contains “%(answer)s”."),
}
LOW_AND_HIGH, LOW, HIGH = N_("From %(low)s to %(high)s."), N_("%(low)s or more."), N_("%(high)s or less.")


class Reader(msgspec.Struct, frozen=True):
    """Who reads: their language, and the event's in their order."""

    language: str
    event_languages: Sequence[str]

    def text(self, texts: Mapping[str, str]) -> str:
        """The text in the reader's language, else in the event's first that has it."""
        return languages.pick(in_order(texts, self.event_languages), self.language)

    def say(self, msgid: str, **data: object) -> str:
        """A sentence of ours."""
        said = languages.catalogue(LOCALES, self.language).gettext(msgid)
        return said % data if data else said


class Option(msgspec.Struct, frozen=True):
    """One answer to choose."""

    key: str
    label: str
    note: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A question on a form: `value` as it was typed, `only` in words when it is asked, `kept` a file that is here."""

    question: QuestionFacts
    label: str
    help: str
    limits: str
    only: list[str]
    options: list[Option]
    value: Any
    kept: Kept | None


def show(
    questions: Sequence[QuestionFacts], typed: Typed, reader: Reader, offered: Mapping[str, Mapping[str, str]]
) -> list[Shown]:
    """Those that guests of the categories offered (key: name) may be asked, in order."""
    by_key = {one.key: one for one in questions}
    return [
        Shown(
            question=one, label=reader.text(one.label), help=reader.text(one.help), limits=_limits(one, reader),
            only=_only(one, by_key, reader, offered), options=_options(one, reader),
            value=_form_value(typed.given.get(one.key)), kept=typed.kept.get(one.key),
        )
        for one in questions
        if any(one.is_for(category) for category in offered)
    ]  # fmt: skip


def _form_value(given: Any) -> Any:
    if isinstance(given, bool):
        return "yes" if given else "no"
    return "" if given is None else given if isinstance(given, list) else str(given)


def _limits(question: QuestionFacts, reader: Reader) -> str:
    low, high = (
        None if limit is None else languages.number(limit, reader.language)
        for limit in (question.minimum, question.maximum)
    )
    msgid = LOW_AND_HIGH if low and high else LOW if low else HIGH if high else ""
    return reader.say(msgid, low=low, high=high) if msgid else ""


def _only(
    question: QuestionFacts, by_key: Mapping[str, QuestionFacts], reader: Reader,
    offered: Mapping[str, Mapping[str, str]],
) -> list[str]:  # fmt: skip
    said: list[str] = []
    if any(not question.is_for(category) for category in offered):
        names = [reader.text(name) for key, name in offered.items() if question.is_for(key)]
        said.append(reader.say(N_("Only for: %(categories)s."), categories=", ".join(names)))
    if question.condition and (of := by_key.get(question.condition.question)):
        answer = condition_answer(of, question.condition.value, reader)
        said.append(
            reader.say(CONDITIONS[question.condition.test], question=reader.text(of.label), answer=answer)
        )
    return said


def condition_answer(of: QuestionFacts, value: str, reader: Reader) -> str:
    """The value of a condition in words."""
    if of.kind in ("yes_no", "consent"):
        return reader.say(N_("Yes") if value == "yes" else N_("No"))
    return next((reader.text(choice.label) for choice in of.choices if choice.key == value), value)


def _options(question: QuestionFacts, reader: Reader) -> list[Option]:
    return [
        Option(
            one.key, reader.text(one.label),
            "" if one.places is None else reader.say(N_("Places: %(number)s"), number=one.places),
        )
        for one in question.choices
    ]  # fmt: skip


def say_answer(question: QuestionFacts | None, value: Any, reader: Reader) -> str:
    """An answer in stored form, in words; "" for none. A file is called so: who may open it sees its name."""
    if value is None:
        return ""
    if question is not None and question.kind in _SAYING:
        return _SAYING[question.kind](question, value, reader)
    if isinstance(value, bool):
        return reader.say(N_("Yes") if value else N_("No"))
    if isinstance(value, list):
        labels = {one.key: reader.text(one.label) for one in question.choices} if question else {}
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    return str(value)


def _say_choice(question: QuestionFacts, value: Any, reader: Reader) -> str:
    return next((reader.text(one.label) for one in question.choices if one.key == value), str(value))


def _say_day(_question: QuestionFacts, value: Any, reader: Reader) -> str:
    day = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    return languages.short_day(day, "UTC", reader.language)


def _say_number(_question: QuestionFacts, value: Any, reader: Reader) -> str:
    return languages.number(value, reader.language)


def _say_country(_question: QuestionFacts, value: Any, reader: Reader) -> str:
    return languages.country_name(str(value), reader.language)


def _say_file(question: QuestionFacts, _value: Any, reader: Reader) -> str:
    return reader.say(N_("A photo") if question.kind == "photo" else N_("A file"))


_SAYING: dict[str, Callable[[QuestionFacts, Any, Reader], str]] = {
    "one_of": _say_choice, "date": _say_day, "number": _say_number, "country": _say_country, "file": _say_file,
    "photo": _say_file,
}  # fmt: skip


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One answer for a page: `text` in words; of a file its id and name."""

    question: QuestionFacts
    label: str
    text: str
    file_id: str = ""
    name: str = ""


def list_answered(
    questions: Sequence[QuestionFacts], answers: Mapping[str, Any], reader: Reader, names: Mapping[str, str]
) -> list[Answered]:
    """The answers there are, in the order of the questions; `names` are those of the guest's files by id."""
    found = []
    for one in questions:
        value = answers.get(one.key)
        if value is None:
            continue
        uploaded = one.kind in UPLOADED and value in names
        found.append(
            Answered(
                question=one, label=reader.text(one.label), text=say_answer(one, value, reader),
                file_id=value if uploaded else "", name=names[value] if uploaded else "",
            )
        )  # fmt: skip
    return found


def list_unanswered(
    questions: Sequence[QuestionFacts], answers: Mapping[str, Any], category: str, reader: Reader
) -> list[str]:
    """The labels of what must be answered and is not."""
    return [
        reader.text(one.label)
        for one in questions
        if one.required and one.key not in answers and applies(one, category, answers)
    ]
