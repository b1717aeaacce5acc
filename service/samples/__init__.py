"""The three sample events with their generated guests: what a first start shows. Nobody in the lists exists."""

from service.samples.loader import LOGINS, load

__all__ = ["LOGINS", "load"]
