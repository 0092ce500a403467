"""`parley law package`: the law as a package of its own: built of new acts, checked, and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.output import JSON_HELP, answers, print_json, print_table

package = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="The law apart from the code: build, check, show.",
)
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Texts = list[str] | None


@package.command("build")
@answers("parley.law.answers_package:PackageBuiltAnswer")
def build_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="new acts and lists, or parts of a law")],
    out: Annotated[Path, typer.Option(help="the folder for the package and its wheel")],
    version: Annotated[str, typer.Option(help="a calendar version, such as 2026.12.5; default: today's")] = "",
    read_to: Annotated[
        Texts, typer.Option(help="AUTHORITY=DATE: the last day to which its law was read; may be repeated")
    ] = None,
    note: Annotated[str, typer.Option(help="one sentence on what is new")] = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="FOLDER holds a whole law; else it is laid over the law in use")
    ] = False,
    optional_key: Annotated[
        Texts, typer.Option(help="a key that an earlier parley may skip, such as measure.NAME; may be repeated")
    ] = None,
    json: Json = False,
) -> None:
    """A package of law from new acts and lists, laid over the law in use: a folder with its manifest, and a wheel for pip.

    \b
    Examples:
      parley law package build next-week --out dist --version 2026.12.5 --read-to USA=2026-12-05
      parley law package build law --whole --out dist
    """
    from parley.law.answers_package import built_answer
    from parley.law.package_build import build

    made = build(folder, out, version, whole=whole, note=note, read_to=read_to or (), optional_keys=optional_key or ())
    told = built_answer(made)
    if json:
        print_json(told)
        return
    changed = ", ".join(told["changed"][:6]) + (
        f" and {len(told['changed']) - 6} more" if len(told["changed"]) > 6 else ""
    )
    print(
        f"law {told['law_version']}: {told['acts']} acts, {told['rows']} rows, {told['files']} files; new or changed: {changed or 'none'}"
    )
    print(f"folder: {told['place']} (PARLEY_LAW={told['place']})")
    print(f"wheel:  {told['wheel']} (pip install {told['wheel']})")
    print(f"linters: parley law package check {told['place']}")


@package.command("check")
@answers("parley.law.answers_package:PackageCheckAnswer")
def check_command(
    place: Annotated[Path | None, typer.Argument(help="a folder or wheel of law; default: the law in use")] = None,
    json: Json = False,
) -> None:
    """Whether a package of law is whole: its files by their checksums, its acts by the linters. Exit code 2 where it is not.

    \b
    Examples:
      parley law package check
      parley law package check dist/parley_law-2026.12.5-py3-none-any.whl
    """
    from parley.cli.progress import Progress
    from parley.law.answers_package import check_answer
    from parley.law.package_check import opened

    with Progress() as progress, opened(place) as found:
        progress("checking the acts of the law")
        told = check_answer(found)
    if json:
        print_json(told)
    else:
        if told["faults"]:
            print_table(["file", "fault"], [[f["file"], f["what"]] for f in told["faults"]])
        if told["findings"]:
            print_table(["measure", "rule", "found"], [[f["measure"], f["rule"], f["found"]] for f in told["findings"]])
        if told["refused"]:
            print(f"refused: {told['refused']}")
        said = "whole" if told["whole"] else "not whole"
        print(f"law {told['law_version']}, format {told['format']}: {said}; {told['files']} files, {len(told['faults'])} faults; "
              f"{told['acts']} acts, {told['rows']} rows, {len(told['findings'])} findings")  # fmt: skip
    if not told["whole"]:
        raise typer.Exit(2)


@package.command("show")
@answers("parley.law.answers_package:PackageShowAnswer")
def show_command(json: Json = False) -> None:
    """Which law answers here: its version, place and checksum, how far it was read, and what else is at hand.

    \b
    Example:
      parley law package show
    """
    from parley.law.answers_package import show_answer

    told = show_answer()
    if json:
        print_json(told)
        return
    print(f"law {told['law_version']} ({told['where']}), format {told['format']}: {told['acts']} acts, {told['rows']} rows, "
          f"{told['files']} files")  # fmt: skip
    print(f"place: {told['place']}")
    print(f"sha256 of its manifest: {told['hash']}")
    print("read to: " + ", ".join(f"{who} {on}" for who, on in told["law_known_to_by"].items()))
    for fault in told["faults"]:
        print(f"changed: {fault['file']} {fault['what']}")
    for other in told["at_hand"][1:]:
        print(f"at hand: law {other['law_version']} ({other['where']}), {other['place']}")
