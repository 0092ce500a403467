"""Firefox without a window, by its own remote protocol (Marionette): packets of JSON over a socket, so that no driver is needed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from web_server import free_port

PATH = shutil.which("firefox-esr") or shutil.which("firefox")
QUIET = {  # nothing is asked of other machines, and no first page is shown
    "app.update.enabled": False, "browser.aboutwelcome.enabled": False, "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False, "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False, "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}  # fmt: skip
OPENS = 60  # seconds within which it must be there
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element, by the WebDriver standard


class Firefox:
    """One session. Scripts run beside the page's own policy, as a tester's do."""

    def __init__(self, port: int) -> None:
        self.socket = _opened(port)
        self.number = 0
        self._read()  # what it says of itself
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": {"script": 60_000}}})

    def ask(self, command: str, **parameters: Any) -> Any:
        """What a command answers. Raises AssertionError with what it says where it fails."""
        self.number += 1
        packet = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(packet), packet))
        _, number, error, found = self._read()
        assert number == self.number
        assert not error, f"{command}: {error['error']}: {error['message']}"
        return found.get("value", found) if isinstance(found, dict) else found

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.socket.recv(1)
        held = b""
        while len(held) < int(length[:-1]):
            held += self.socket.recv(int(length[:-1]) - len(held))
        return json.loads(held)

    def goto(self, address: str) -> None:
        """Opens a page and waits until it is loaded."""
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of a function gives back in the page."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=arguments)

    def until(self, script: str, seconds: float = 60) -> Any:
        """The same, once it is true."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if found := self.run(script):
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds:g} s: {script}")

    def violations(self, axe: str, options: dict[str, Any]) -> list[str]:
        """What axe finds on the page, each rule once with its places. axe: its source."""
        script = (
            "const [options, done] = arguments; axe.run(options).then("
            "r => done(r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join()}`)), e => done([String(e)]))"
        )
        return self.ask("WebDriver:ExecuteAsyncScript", script=f"{axe};{script}", args=[options])

    def find(self, selector: str) -> str:
        """An element by its CSS selector."""
        return self.ask("WebDriver:FindElement", using="css selector", value=selector)[ELEMENT]

    def click(self, selector: str) -> None:
        """Clicks as a person does: where it is shown."""
        self.ask("WebDriver:ElementClick", id=self.find(selector))

    def type(self, selector: str, text: str) -> None:
        """Types into an element."""
        self.ask("WebDriver:ElementSendKeys", id=self.find(selector), text=text)

    def width(self, pixels: int) -> None:
        """Makes the page so wide, also narrower than a window can be."""
        self.ask("Marionette:SetContext", value="chrome")
        self.run("gBrowser.selectedBrowser.style.maxWidth = arguments[0]", f"{pixels}px")
        self.ask("Marionette:SetContext", value="content")
        self.until(f"return innerWidth === {pixels}")


def _opened(port: int) -> socket.socket:
    ends = time.monotonic() + OPENS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 60)
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A running Firefox with a profile of its own in a folder."""
    assert PATH
    port = free_port()
    prefs = {**QUIET, "marionette.port": port}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in prefs.items())
    (folder / "user.js").write_text("\n".join(lines), "utf-8")
    words = [
        PATH,
        "--headless",
        "--marionette",
        "--remote-allow-system-access",
        "--no-remote",
        "--profile",
        str(folder),
    ]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Firefox(port)
    finally:
        process.terminate()
        process.wait(20)
