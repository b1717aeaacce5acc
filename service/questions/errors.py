"""Why a question or a file was refused."""

from service.core.errors import Conflict, Invalid


class QuestionInvalid(Invalid):
    code = "question_invalid"


class KindFixed(Conflict):
    code = "kind_fixed"
    say = "Guests have answered this already: its kind stays. Make a new question instead."


class QuestionNeeded(Conflict):
    """Another question is asked only after this one is answered in some way."""

    code = "question_needed"
    say = "“%(question)s” is asked only after this question is answered: change that one first."


class FileRefused(Invalid):
    code = "file_refused"
