"""Refusals of lists."""

from service.core.errors import Conflict, Invalid


class FilterUnclear(Invalid):
    """The text of a filter cannot be read; `near` says where."""

    code = "filter_unclear"
    say = "This filter cannot be read near “%(near)s”. One that can: state:approved badge:none -country:KZ."


class ViewExists(Conflict):
    code = "view_exists"
    say = "There is a view of this name already. Choose another name, or remove the old one."
