"""The compose file against the code: settings, commands, addresses and versions are the ones there really are."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from litestar import Litestar

from service.cli import _parser
from service.dev.postgres import MAJOR
from service.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("migrate", "web", "worker")
DEFAULT = re.compile(r"\$\{[A-Z_]+(?::-(?P<default>[^}]*)|:\?[^}]*)\}")


def environment(name: str) -> dict[str, str]:
    """As compose would fill it on a machine that sets only MASTER_KEY."""
    filled = {
        key: DEFAULT.sub(lambda match: match["default"] or "", str(value))
        for key, value in COMPOSE["services"][name]["environment"].items()
    }
    return {**filled, "MASTER_KEY": "A" * 43}


@pytest.mark.parametrize("name", OURS)
def test_the_environment_makes_whole_settings(name: str) -> None:
    settings = Settings.from_environment(environment(name))

    assert settings.database_url == "postgresql://qonaq:qonaq@postgres:5432/qonaq"
    assert settings.redis_url == "redis://valkey:6379/0"
    assert settings.smtp_url == "smtp://mailpit:1025?tls=none"
    assert not settings.dev


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_settings_read(name: str) -> None:
    source = (ROOT / "service" / "settings.py").read_text()

    unread = [key for key in environment(name) if f'"{key}"' not in source]

    assert unread == []


@pytest.mark.parametrize("name", OURS)
def test_the_command_is_one_of_ours(name: str) -> None:
    options = _parser().parse_args(COMPOSE["services"][name]["command"])

    assert options.command == {"migrate": "migrate", "web": "serve", "worker": "worker"}[name]


def test_hosts_in_addresses_are_services() -> None:
    hosts = re.findall(r"[@/]([a-z]+):\d+", " ".join(map(str, environment("web").values())))

    assert set(hosts) - {"localhost"} <= set(COMPOSE["services"])


def test_the_health_check_asks_an_address_that_is_there(app: Litestar) -> None:
    (asked,) = re.findall(
        r"http://127\.0\.0\.1:(\d+)(/[a-z]+)", " ".join(COMPOSE["services"]["web"]["healthcheck"]["test"])
    )
    port = COMPOSE["services"]["web"]["command"][COMPOSE["services"]["web"]["command"].index("--port") + 1]

    assert asked == (port, "/readyz")
    assert "/readyz" in {route.path for route in app.routes}


def test_workers_can_be_scaled() -> None:
    worker = COMPOSE["services"]["worker"]

    assert "container_name" not in worker
    assert "ports" not in worker


def test_the_database_is_the_version_of_the_embedded_one() -> None:
    assert COMPOSE["services"]["postgres"]["image"] == f"postgres:{MAJOR}"


def test_everything_waits_for_the_schema() -> None:
    for name in ("web", "worker"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_the_image_holds_every_package_and_runs_our_command() -> None:
    text = (ROOT / "Dockerfile").read_text()
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    for package in (*contracts["root_packages"], "migrations"):
        assert f"COPY {package} {package}\n" in text
        assert f"!{package}\n" in (ROOT / ".dockerignore").read_text()
    assert 'ENTRYPOINT ["python", "-m", "service.cli"]' in text
