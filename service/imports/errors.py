"""Why a file cannot be read."""

from service.core.errors import Conflict, Invalid


class FileRefused(Invalid):
    code = "file_refused"
    say = "This file cannot be read. Please save the list as XLSX or CSV."


class FileTooLarge(FileRefused):
    code = "file_too_large"
    say = "The file is larger than %(most)s MB. Please split the list."


class FileLocked(FileRefused):
    code = "file_locked"
    say = "This is an old or a locked file (XLS, or with a password). Please save the list as XLSX or CSV without one."


class FileEmpty(FileRefused):
    code = "file_empty"
    say = "There are no rows below the first line in this file."


class FileSwells(FileRefused):
    code = "file_swells"
    say = "Unpacked, this file is larger than any list we take. Please copy the list into a new file and bring that."


class TooManyColumns(FileRefused):
    code = "too_many_columns"
    say = "There are more than %(most)s columns. Please bring a list with fewer."


class TooManyRows(FileRefused):
    code = "too_many_rows"
    say = "There are more than %(most)s rows. Please split the list."


class TooManyEmptyRows(FileRefused):
    code = "too_many_empty_rows"
    say = "After row %(row)s there are more than a thousand empty ones. Please delete them, or what stands far below."


class QuoteNeverCloses(FileRefused):
    code = "quote_never_closes"
    say = "A quotation mark opens in row %(row)s and is never closed."


class WrongEncoding(FileRefused):
    code = "wrong_encoding"
    say = "The file is not written in this encoding. Please choose another one."


class ImportNotReady(Conflict):
    code = "import_not_ready"
    say = "This import is at another step. Reload the page."
