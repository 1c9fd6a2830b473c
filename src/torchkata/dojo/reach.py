"""Whether a second device really reaches this one: the question on which joining a room depends."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

from torchkata.dojo.findings import Finding
from torchkata.system.network import our_address

ANSWER = b"This device reaches the laptop in front. You can close this page.\n"
ALONE = "this machine is in no network; stage, desk and hands work all the same"
ISOLATED = (
    "The page never came? Guest and conference networks often keep devices apart (client isolation): bring a "
    "router of your own, or open the laptop's hotspot. It came on this laptop alone? Then a firewall here "
    "keeps others out: allow Python to receive connections in private networks."
)


def look(
    say: Callable[[str], None], *, port: int = 8766, wait: float = 120.0, here: str | None = None
) -> Iterator[Finding]:
    """Open a door and wait until somebody else comes through it.

    here: our own address, from which a visit proves nothing
    """
    ours = here or our_address()
    if ours.startswith("127.") and here is None:
        yield Finding("address", "wrong", ALONE, "join a network, or start the laptop's hotspot")
        return
    visitor, came = "", threading.Event()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            nonlocal visitor
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.send_header("content-length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)
            if self.client_address[0] not in ("127.0.0.1", ours):
                visitor = self.client_address[0]
                came.set()

        def log_message(self, *_: object) -> None:
            pass

    try:
        server = http.server.ThreadingHTTPServer(("0.0.0.0", port), Door)
    except OSError as problem:
        yield Finding(
            "port", "wrong", f"port {port}: {problem.strerror}", "end the room that is open, and try again"
        )
        return
    yield Finding("address", "ok", f"{ours}, port {server.server_port}")
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"On a phone in the same network, open http://{ours}:{server.server_port} (waiting {wait:.0f} s)")
        came.wait(wait)
        server.shutdown()
    if visitor:
        yield Finding("reached", "ok", f"by {visitor}: learners can join")
    else:
        yield Finding("reached", "wrong", "by no other device", ISOLATED)
