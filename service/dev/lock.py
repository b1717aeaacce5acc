"""Whether requirements.lock still holds what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def missing(root: Path) -> list[str]:
    """One line for each requirement that the lock does not hold; empty when all is well."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    found_in = PINNED.findall((root / "requirements.lock").read_text())
    pinned = {canonicalize_name(name): found for name, found in found_in}
    lines = []
    for text in wanted:
        requirement = Requirement(text)
        found = pinned.get(canonicalize_name(requirement.name))
        if found is None:
            lines.append(f"{text} is not in it")
        elif not requirement.specifier.contains(found, prereleases=True):
            lines.append(f"{text} is asked for, it holds {found}")
    return lines
