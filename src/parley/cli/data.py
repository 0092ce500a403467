"""`parley data`: what ships, what can be pulled from official sources, and whether all of it is as its manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, answers, print_json, print_table
from parley.pull.questions import Sources

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=__doc__)


@app.command("list")
def list_command(as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """Packaged tables, official sources that can be pulled, and what the cache holds.

    \b
    Example:
      parley data list
    """
    from parley.pull.listing import data_list, options_in_words

    found = data_list()
    if as_json:
        print_json(found)
        return
    offered, kept, shipped = found["sources"], found["cached"], found["packaged"]
    rows = [[o["name"], o["what"], ", ".join(o["options"]) or "–", o["key"] or "–"] for o in offered]
    print_table(["source", "what", "options", "key in"], rows, title="can be pulled (nothing runs on its own)")
    rows = [
        [e["source"], options_in_words(e["options"]), e["time"] or "–", f"{e['rows'] or 0:,}", e["folder"]]
        for e in kept
    ]
    if rows:
        print_table(["pulled", "options", "time", "rows", "folder"], rows, title="in the cache")
    total = sum(row["rows"] or 0 for row in shipped)
    print(f"Packaged: {len(shipped)} files, {total:,} rows; sources and terms: docs/data.md, or --json.")


@app.command("sources")
@answers("parley.pull.answers:SourcesAnswer")
@asks(Sources)
def sources_command(asked: Sources, as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    """As the question says."""
    from parley.pull.listing import sources_answer

    found = sources_answer(asked.name)
    if as_json:
        print_json(found)
        return
    for source in found["sources"]:
        print(f"{source['name']}: {source['what']}")
        print(f"  {source['publisher']}; {source['licence']}; {source['address'] or 'no address'}")
        for key, option in source["options"].items():
            default = "must be given" if option["default"] is None else f"default {option['default'] or 'empty'}"
            print(f"  --set {key}=…  {option['help']}; {default}")
        if source["key"]:
            print(f"  key: the environment variable {source['key']}")


@app.command("pull")
def pull_command(
    name: Annotated[str, typer.Argument(help="a source of `parley data list`")],
    options: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE; may be repeated")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="only what the cache holds, checked")] = False,
    origin: Annotated[str | None, typer.Option("--from", help="your own copy, or another https address of it")] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Fetches an official source, checks that it is what it should be, caches it with a manifest, and says what it did.

    Keys are read from the environment and never written. The cache is PARLEY_CACHE, or the system's folder for caches.

    \b
    Examples:
      parley data pull usitc-hts
      CENSUS_API_KEY=… parley data pull census-imports --set partner=CHN --set month=2025-04
      parley data pull federal-register --set words="reciprocal tariff" --set since=2025-04-01 --set until=2025-05-31
      parley data pull oecd-icio --from 2016-2022.zip     # then: parley trade solve --world oecd-icio-2022
    """
    from parley.pull.pull import pull

    if not offline:
        typer.echo(f"parley: pulling {name}", err=True)
    entry = pull(name, _options(options or []), offline=offline, origin=origin)
    if as_json:
        print_json(entry)
        return
    (raw, facts), *_ = entry["files"].items()
    news = {None: "", True: "; it has changed since the last pull", False: "; unchanged since the last pull"}
    print(f"{entry['what']}: {entry['rows']:,} rows, {facts['bytes']:,} bytes{news[entry['changed']]}.")
    print(f"from {entry['address']}, {entry['time']}; {entry['licence']}")
    print(f"{Path(entry['folder']) / raw}  sha256 {facts['sha256'][:16]}…")
    print(f"{Path(entry['folder']) / 'table.csv'}")


def _options(texts: list[str]) -> dict[str, str]:
    from parley.errors import InputError

    made = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign:
            raise InputError("--set", f"{text[:40]!r}", "KEY=VALUE")
        made[key.strip()] = value.strip()
    return made


@app.command("verify")
def verify_command(
    name: Annotated[
        str | None, typer.Argument(help="one source of the cache; default: all, and what is packaged")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Holds every file against the checksum of its manifest: the cache's, and the package's own. Exit code 1 where one differs.

    \b
    Example:
      parley data verify
    """
    from parley.pull.listing import verification

    found = verification(name)
    bad = [row for row in found["files"] if row["faults"]]
    if as_json:
        print_json(found)
    else:
        for row in bad:
            print(f"{row['kind']} {row['name']}: {'; '.join(row['faults'])}")
        print(f"{found['checked'] - len(bad)} of {found['checked']} agree with their manifests.")
    if bad:
        raise typer.Exit(1)
