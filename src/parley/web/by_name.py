"""Addresses without parts that vary, found by their name at once: an application of hundreds of routes would try each in turn."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send


class ByName(BaseRoute):
    """Stands before routes: takes what one of them answers by its very name and method, and leaves all else to them."""

    def __init__(self, routes: Sequence[Route]) -> None:
        named = [route for route in routes if not route.param_convertors]
        self.at = {(method, route.path): route for route in reversed(named) for method in route.methods or ()}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is one of them."""
        if scope["type"] == "http" and (route := self.at.get((scope["method"], scope["path"]))):
            return Match.FULL, {"endpoint": route.endpoint, "path_params": {}}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The route's own answer."""
        await self.at[scope["method"], scope["path"]].app(scope, receive, send)
