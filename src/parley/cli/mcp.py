"""`parley mcp`: the questions of parley as tools of an assistant, over the Model Context Protocol on standard input and output."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from parley import extras
from parley.cli.output import JSON_HELP, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def mcp(
    as_json: Annotated[bool, typer.Option("--json", help=f"list the tools and stop: {JSON_HELP}")] = False,
) -> None:
    """Tools and resources for an assistant, on standard input and output until they close. Read-only.

    An assistant starts it by itself: enter `parley mcp` as the command of a local server.

    \b
    Examples:
      parley mcp
      parley mcp --json
    """
    if as_json:
        tools = import_module("parley.mcp.tools").TOOLS
        print_json(
            {"tools": [{"name": t.name, "says": t.description, "arguments": t.schema()} for t in tools.values()]}
        )
        return
    extras.need("mcp", "parley mcp")
    import_module("parley.mcp.server").serve()  # by name: one door opens another, neither is built on the other
