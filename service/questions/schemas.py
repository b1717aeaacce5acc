"""What organizers say about a question: as JSON, or typed into the builder. Texts come by language."""

import math
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec
from anyascii import anyascii

from emails.languages import LANGUAGES
from service.people.contacts import LONGEST_NAME, LONGEST_TEXT
from service.questions.errors import QuestionInvalid
from service.questions.facts import Choice, Condition, QuestionFacts
from service.questions.models import CHOOSING, KINDS, TESTS

KEY = r"[a-z][a-z0-9_]{0,39}"
MOST_CHOICES = 100
LONGEST_RETENTION = 36_500  # days
Kind = Literal[
    "short_text", "long_text", "number", "yes_no", "one_of", "many_of", "date", "country", "phone", "email", "link",
    "file", "photo", "consent",
]  # fmt: skip
Text = dict[str, Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]]


class ChoiceForm(Choice, frozen=True, kw_only=True):
    """One answer to choose; without a key one is made of its label."""

    key: Annotated[str, msgspec.Meta(pattern=f"^({KEY})?$")] = ""
    label: dict[str, Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]]
    places: Annotated[int, msgspec.Meta(ge=0, le=9_999_999)] | None = None


class ConditionForm(Condition, frozen=True):
    """Asked only when the answer to `question` (the key of an earlier one) passes."""

    question: str
    test: Literal["is", "is_not", "contains"]
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]


class QuestionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is sent. `categories` are keys, empty for all."""

    kind: Kind
    label: Text
    help: Text = {}
    choices: Annotated[list[ChoiceForm], msgspec.Meta(max_length=MOST_CHOICES)] = []
    required: bool = False
    categories: list[str] = []
    condition: ConditionForm | None = None
    personal: bool = False
    retention_days: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_RETENTION)] | None = None
    at_door: bool = False
    asks_again: bool = False
    minimum: float | None = None
    maximum: float | None = None


def key_of(label: Mapping[str, str], taken: Collection[str], spare: str) -> str:
    """A key made of the English label (else the first there is), unlike those taken."""
    text = label.get("en") or next((text for text in label.values() if text), "")
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in anyascii(text).lower()).split()
    stem = "_".join(words)[:36].strip("_") or spare
    if not stem[0].isalpha():
        stem = f"{spare}_{stem}"[:36]
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def read_question(form: Mapping[str, str], categories: list[str], rows: int) -> QuestionForm:
    """The builder's fields: kind, label_en, help_en, choice_0_en, choice_0_key, choice_0_places, condition
    (`key|test|value`, an empty value stands in condition_value), retention_days, minimum, maximum and the marks.

    Raises QuestionInvalid."""
    errors: dict[str, str] = {}
    kind = form.get("kind", "")
    if kind not in KINDS:
        errors["kind"] = "Please choose a kind from the list."
    question = QuestionForm(
        kind=kind if kind in KINDS else "short_text",  # type: ignore[arg-type]  # checked
        label=_texts(form, "label"), help=_texts(form, "help"),
        choices=[choice for row in range(rows) if (choice := _choice(form, row, errors))],
        required=form.get("required") == "yes", categories=categories, condition=_condition(form, errors),
        personal=form.get("personal") == "yes", retention_days=_whole(form, "retention_days", errors),
        at_door=form.get("at_door") == "yes", asks_again=form.get("asks_again") == "yes",
        minimum=_decimal(form, "minimum", errors), maximum=_decimal(form, "maximum", errors),
    )  # fmt: skip
    if errors:
        try:
            check_question(question, (), None)
        except QuestionInvalid as more:
            errors = {**more.errors, **errors}
        raise QuestionInvalid(errors)
    return question


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := form.get(f"{name}_{code}", "").strip())}


def _choice(form: Mapping[str, str], row: int, errors: dict[str, str]) -> ChoiceForm | None:
    label = _texts(form, f"choice_{row}")
    places = form.get(f"choice_{row}_places", "")
    if not label and not places:
        return None
    if places and not (places.isdecimal() and len(places) < 8):
        errors[f"choice_{row}_places"] = "Please enter a whole number, or leave it empty for no limit."
        places = ""
    return ChoiceForm(
        key=form.get(f"choice_{row}_key", ""), label=label, places=int(places) if places else None
    )


def _condition(form: Mapping[str, str], errors: dict[str, str]) -> ConditionForm | None:
    question, _, rest = form.get("condition", "").partition("|")
    test, _, value = rest.partition("|")
    if not question:
        return None
    value = value or form.get("condition_value", "")
    if not value or len(value) > LONGEST_NAME:
        errors["condition_value"] = "Please write the text or number to compare with."
    if test not in TESTS:
        errors["condition"] = "Please choose a condition from the list."
        return None
    return ConditionForm(question, test, value)  # type: ignore[arg-type]  # checked


def _whole(form: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    text = form.get(name, "")
    if text and not (text.isdecimal() and len(text) < 7):
        errors[name] = "Please enter a whole number of days."
        return None
    return int(text) if text else None


def _decimal(form: Mapping[str, str], name: str, errors: dict[str, str]) -> float | None:
    text = form.get(name, "")
    try:
        return float(Decimal(text.replace(",", "."))) if text else None
    except InvalidOperation:
        errors[name] = "Please enter a number, for example 12 or 2.5."
        return None


def check_question(
    form: QuestionForm, earlier: Sequence[QuestionFacts], categories: Collection[str] | None
) -> QuestionForm:
    """The question in stored form: every choice with a key, nothing that its kind has no use for.

    `earlier` are those before it, which its condition may name; `categories` None: not looked at. Raises
    QuestionInvalid with every error at once."""
    errors: dict[str, str] = {}
    if not any(text.strip() for text in form.label.values()):
        errors["label_en"] = "Please write the question."
    _check_texts(form, errors)
    choices = _checked_choices(form, errors)
    if categories is not None and not set(form.categories) <= set(categories):
        errors["categories"] = "Please choose from the categories shown."
    if categories is not None and form.condition:
        errors |= _condition_errors(form.condition, earlier)
    limits = [one for one in (form.minimum, form.maximum) if one is not None]
    if any(not math.isfinite(one) for one in limits) or (len(limits) == 2 and limits[0] > limits[1]):
        errors["maximum"] = "The largest number must not be less than the smallest."
    if (form.retention_days or 0) > LONGEST_RETENTION:
        errors["retention_days"] = "Please enter a whole number of days."
    if errors:
        raise QuestionInvalid(errors)
    number = form.kind == "number"
    return msgspec.structs.replace(
        form, choices=choices, required=form.required or form.kind == "consent",
        retention_days=form.retention_days if form.personal else None,
        minimum=form.minimum if number else None, maximum=form.maximum if number else None,
        label=_known(form.label), help=_known(form.help),
    )  # fmt: skip


def _known(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: clean for code in LANGUAGES if (clean := texts.get(code, "").replace("\x00", "").strip())}


def _check_texts(form: QuestionForm, errors: dict[str, str]) -> None:
    for code, text in form.label.items():
        if len(text) > LONGEST_NAME:
            errors[f"label_{code}"] = "Please be shorter: 200 characters at most."
    for code, text in form.help.items():
        if len(text) > LONGEST_TEXT:
            errors[f"help_{code}"] = "Please be shorter: 2,000 characters at most."


def _checked_choices(form: QuestionForm, errors: dict[str, str]) -> list[ChoiceForm]:
    if form.kind not in CHOOSING:
        return []
    taken = {choice.key for choice in form.choices if choice.key}
    if len(taken) < sum(1 for choice in form.choices if choice.key):
        errors["choice_0_en"] = "Two answers have the same key."
    made: list[ChoiceForm] = []
    for row, choice in enumerate(form.choices):
        label = _known(choice.label)
        if not label or any(len(text) > LONGEST_NAME for text in label.values()):
            errors[f"choice_{row}_en"] = "Please write the answer, in 200 characters at most."
        key = choice.key or key_of(label, taken, "choice")
        taken.add(key)
        made.append(msgspec.structs.replace(choice, key=key, label=label))
    if len(made) < 2:
        errors["choice_0_en"] = "Please write at least two answers to choose from."
    return made


def _condition_errors(condition: Condition, earlier: Sequence[QuestionFacts]) -> dict[str, str]:
    of = next((one for one in earlier if one.key == condition.question), None)
    if of is None:
        return {"condition": "The condition must name a question that stands before this one."}
    offered = {"yes", "no"} if of.kind in ("yes_no", "consent") else {choice.key for choice in of.choices}
    if offered and condition.value not in offered:
        return {"condition": "The condition must name one of the answers of that question."}
    return {}
