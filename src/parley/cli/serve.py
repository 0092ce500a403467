"""`parley serve`: the web application and the HTTP API, on this machine."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated

import typer

from parley.errors import InputError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="port on which it answers")] = 8321,
    host: Annotated[str, typer.Option(help="address; any other than a loopback address needs a token")] = "127.0.0.1",
    token: Annotated[
        str | None, typer.Option(hidden=True, help="refused: a token would show in the list of processes")
    ] = None,
    token_file: Annotated[
        str | None,
        typer.Option(help="file that holds what callers must show, for you alone; default: the variable PARLEY_TOKEN"),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="a further host name by which it may be called; may be repeated")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that solve")] = 2,
    solve_seconds: Annotated[float, typer.Option(min=1, max=3600, help="time limit of one solve")] = 30.0,
    store: Annotated[
        str | None,
        typer.Option(help="file in which jobs outlive the server; default: one a port, in the user's state folder"),
    ] = None,
    allow_embed: Annotated[
        bool, typer.Option("--allow-embed", help="let other sites frame a chart: NAME.embed")
    ] = False,
    cors: Annotated[
        list[str] | None, typer.Option(help="an origin whose scripts may read the API (https://…); may be repeated")
    ] = None,
) -> None:
    """The web application and the HTTP API under /api/v1, on this machine alone unless a token is set.

    \b
    Examples:
      parley serve
      parley serve --port 9000
      parley serve --token-file token.txt --host 0.0.0.0 --name tariffs.example
    """
    if token is not None:
        raise InputError(
            "parley serve --token", "a token in the list of processes", "PARLEY_TOKEN or --token-file FILE"
        )
    kept = str(import_module("parley.web.store").usual_place(port)) if store is None else store
    set_up = import_module("parley.web.settings")
    settings = set_up.Settings(
        host=host,
        port=port,
        token=os.environ.get("PARLEY_TOKEN", "") if token_file is None else set_up.read_token(token_file),
        names=tuple(name or ()),
        workers=workers,
        solve_seconds=solve_seconds,
        store=kept,
        allow_embed=allow_embed,
        cors=tuple(cors or ()),
    )
    import_module("parley.web.serving").serve(
        settings
    )  # by name: one door opens another, neither is built on the other
