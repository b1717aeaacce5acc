"""The list in the reader's words: its columns, its filters, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from emails import languages
from service.console import words
from service.credentials.codes import spaced
from service.events.queries import CategoryView
from service.events.steps import step_at
from service.lists.columns import OF_CARD, Row
from service.lists.language import ANY, NONE, And, Not, Or, Part, Term
from service.questions.facts import QuestionFacts
from service.questions.words import Reader, say_answer
from service.registrations.changing import WAITS
from service.registrations.models import Registration
from service.web.states import STATES
from service.web.words import LOCALES, N_

FIELDS = {
    "state": N_("State"), "category": N_("Category"), "country": N_("Country"), "tag": N_("Tag"), "tags": N_("Tags"),
    "delegation": N_("Delegation"), "delegation-state": N_("State of the delegation"), "watched": N_("Watched"),
    "arrived": N_("Arrived"), "arrival-day": N_("Day of arrival"), "badge": N_("Badge"),
    "invitation": N_("Invitation"), "message": N_("Message"), "message-state": N_("State of a message"),
    "source": N_("Source"), "language": N_("Language of mails"), "companion": N_("Companion"),
    "principal": N_("Comes with"), "registered": N_("Registered"), "decided": N_("Decided"), "name": N_("Full name"),
    "latin-name": N_("Name in Latin letters"), "organisation": N_("Organisation"), "position": N_("Position"),
    "email": N_("E-mail"), "assistant": N_("E-mail of the assistant"), "phone": N_("Phone"), "code": N_("Code"),
    "honorific": N_("Honorific"), "title": N_("Academic title"), "badge-line": N_("Line on the badge"),
    "dietary": N_("Food"), "access": N_("Access"), "reason": N_("Reason"),
    "got": N_("Got the message"), "missed": N_("Did not get through"), "was-at": N_("Was at"),
    "waits": N_("Waits for"), "step": N_("Step of approval"), "waiting": N_("Waiting since"),
}  # fmt: skip
GROUPS = (
    (N_("Registration"), ("state", "waits", "category", "delegation", "delegation-state", "tag", "watched", "companion",
                          "source", "registered", "decided", "reason")),
    (N_("Person"), ("name", "latin-name", "organisation", "position", "country", "language", "email", "assistant",
                    "phone", "honorific", "title", "badge-line", "dietary", "access")),
    (N_("What happened"), ("invitation", "message", "message-state", "got", "missed", "badge", "code", "arrived",
                            "arrival-day", "was-at")),
)  # fmt: skip
ANSWERS = N_("Answers")
VALUES = {
    "yes": N_("yes"), "no": N_("no"), "issued": N_("issued, not printed"), "printed": N_("printed"),
    "plus_one": N_("Plus-one"), "interpreter": N_("Interpreter"), "assistant": N_("Assistant"),
    "security": N_("Security"), "mine": N_("my decision"), "1": N_("the first step"), "2": N_("the second step"),
    "3": N_("the third step"),
}  # fmt: skip
SIGNS = {
    ":": N_("%(field)s: %(values)s"), "~": N_("%(field)s contains %(values)s"), "<": N_("%(field)s before %(values)s"),
    "<=": N_("%(field)s until %(values)s"), ">": N_("%(field)s after %(values)s"),
    ">=": N_("%(field)s from %(values)s"),
}  # fmt: skip


Cell = Callable[[Row], str]


def _of_card(attribute: str) -> Cell:
    read = attrgetter(attribute)
    return lambda row: str(read(row.guest))


class ListWords:
    """For one reader and one event, with its questions. `names` are those of messages and of other events."""

    def __init__(
        self, language: str, categories: Sequence[CategoryView] = (), questions: Sequence[QuestionFacts] = (), *,
        zone: str = "UTC", event_languages: Sequence[str] = (), names: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.language = language
        self.say = languages.catalogue(LOCALES, language).gettext
        self._names = names or {}
        self._categories = {one.key: languages.pick(one.name, language) for one in categories}
        self._category_names = {one.id: languages.pick(one.name, language) for one in categories}
        self._steps = {one.id: one.steps for one in categories}
        self._zone, self._reader = ZoneInfo(zone), Reader(language, event_languages)
        self._questions = {f"answer.{one.key}": one for one in questions}
        yes = self.say(VALUES["yes"])
        self._cells: dict[str, Cell] = {
            **{column: _of_card(attribute) for column, attribute in OF_CARD.items()},
            "country": self._held("country", lambda row: row.guest.country),
            "state": self._held("state", lambda row: row.guest.state),
            "language": self._held("language", lambda row: row.guest.language),
            "source": self._held("source", lambda row: row.guest.source),
            "companion": self._held("companion", lambda row: row.guest.companion),
            "badge": self._held("badge", lambda row: row.badge),
            "invitation": self._held("invitation", lambda row: row.invitation),
            "watched": lambda row: yes if row.guest.watched else "",
            "step": lambda row: self.step(row.guest),
            "delegation": lambda row: row.delegation,
            "principal": lambda row: row.principal,
            "code": lambda row: spaced(row.code),
        }
        self._in_files: dict[str, Cell] = {
            "name": lambda row: row.guest.native_name,
            "category": lambda row: self._category_names.get(row.guest.category_id, ""),
            "tags": lambda row: ", ".join(name for name, _ in row.tags),
            "registered": self._time(lambda row: row.guest.created_at),
            "decided": self._time(lambda row: row.guest.decided_at),
            "arrived": self._time(lambda row: row.arrived),
            "waiting": self._time(lambda row: row.guest.waiting_since if row.guest.state in WAITS else None),
        }

    def field(self, key: str) -> str:
        """What a column or a condition is called."""
        if key.startswith("answer."):
            return self._reader.text(self._questions[key].label) if key in self._questions else key
        return self.say(FIELDS[key]) if key in FIELDS else key

    def value(self, field: str, value: str) -> str:
        """One value of a field, as people say it."""
        if value in (NONE, ANY):
            return self.say(N_("none") if value == NONE else N_("any"))
        if field in self._questions:
            return self._answered(self._questions[field], value)
        if field in ("category", "language"):
            return {**self._categories, **languages.OWN_NAMES}.get(value, value)
        if field == "country":
            return languages.country_name(value, self.language) if value else ""
        if field in ("registered", "decided", "arrival-day"):
            return self._day(value)
        return self._word(field, value)

    def text(self, column: str, row: Row) -> str:
        """One cell of a file."""
        cell = self._in_files.get(column)
        return cell(row) if cell else self.plain(column, row)

    def plain(self, column: str, row: Row) -> str:
        """One cell as plain text."""
        if column.startswith("answer."):
            answer = row.guest.answers.get(column.removeprefix("answer."))
            return say_answer(self._questions.get(column), answer, self._reader)
        return self._cells[column](row)

    def _held(self, column: str, of: Callable[[Row], str]) -> Cell:
        return lambda row: self.value(column, value) if (value := of(row)) else ""

    def _time(self, of: Callable[[Row], datetime | None]) -> Cell:
        return lambda row: (
            at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M") if (at := of(row)) is not None else ""
        )

    def step(self, guest: Registration) -> str:
        """At which step of approval one waits; empty for one who does not wait for a decision."""
        steps = self._steps.get(guest.category_id, ())
        return self.say(words.step_name(step_at(steps, guest.step))) if steps and guest.state in WAITS else ""

    def _answered(self, question: QuestionFacts, value: str) -> str:
        """A value of the filter as people say it."""
        if question.kind in ("yes_no", "consent"):
            return self.say(VALUES.get(value, value))
        choice = next((one for one in question.choices if one.key == value), None)
        return self._reader.text(choice.label) if choice else value

    def _word(self, field: str, value: str) -> str:
        known: Mapping[str, str] = {}
        if field in ("got", "missed", "was-at"):
            return self._names.get(value, value)
        if field in ("state", "delegation-state", "invitation", "message-state"):
            known = {value: STATES[value][2]} if value in STATES else {}
        elif field in ("badge", "companion", "watched", "arrived", "waits"):
            known = VALUES
        elif field in ("source", "message"):
            known = words.SOURCES if field == "source" else words.LETTERS
        return self.say(known[value]) if value in known else value

    def _day(self, value: str) -> str:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return languages.short_day(datetime(day.year, day.month, day.day, tzinfo=UTC), "UTC", self.language)

    def part(self, part: Part) -> str:
        """A condition as a short sentence: "Country: not Kazakhstan"."""
        match part:
            case Term():
                return self._term(part, self._values(part))
            case Not(Term() as term) if term.sign == ":":
                return self._term(term, self.say(N_("not %(what)s")) % {"what": self._values(term)})
            case Not():
                return self.say(N_("not (%(what)s)")) % {"what": self.part(part.part)}
            case Or():
                return f" {self.say(N_('or'))} ".join(self.part(one) for one in part.parts)
            case And():
                return f" {self.say(N_('and'))} ".join(
                    f"({self.part(one)})" if isinstance(one, Or) else self.part(one) for one in part.parts
                )

    def _values(self, term: Term) -> str:
        return f" {self.say(N_('or'))} ".join(self.value(term.field, value) for value in term.values)

    def _term(self, term: Term, values: str) -> str:
        return self.say(SIGNS[term.sign]) % {"field": self.field(term.field), "values": values}
