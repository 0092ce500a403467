"""`parley completion SHELL`: a script that completes commands and options; words stand in it, so that Tab starts nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from parley.cli.output import JSON_HELP, print_json

app = typer.Typer(add_completion=False, rich_markup_mode=None)
SHELLS = ("bash", "zsh", "fish")


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(help="bash, zsh or fish")],
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """A script that completes commands and options on Tab. It runs nothing and reads nothing.

    \b
    Examples:
      source <(parley completion bash)                                   this shell
      parley completion bash >> ~/.bash_completion                       every shell to come
      parley completion zsh > "${fpath[1]}/_parley"
      parley completion fish > ~/.config/fish/completions/parley.fish
    """
    from parley.errors import unknown_name

    if shell not in SHELLS:
        raise unknown_name("parley completion", "shell", shell, SHELLS)
    made = {"bash": bash, "zsh": zsh, "fish": fish}[shell](words())
    if as_json:
        print_json({"shell": shell, "script": made})
    else:
        print(made, end="")


def words() -> dict[str, list[str]]:
    """What may follow each run of command words: commands of a group, options of a command."""
    from typer.main import get_command

    from parley.cli.main import GROUPS

    found = {"": [*GROUPS, "--help", "--version"]}
    for group in GROUPS:
        nodes = [(group, get_command(import_module(f"parley.cli.{group}").app))]
        while nodes:
            name, node = nodes.pop()
            inner: dict[str, Any] = getattr(node, "commands", {})
            found[name] = [*inner, "--help"] if inner else _options(node)
            nodes += [(f"{name} {n}", child) for n, child in inner.items()]
    return found


def _options(node: Any) -> list[str]:
    """The options of a command; a switch that is on by itself has its --no- form too."""
    names = []
    for p in node.params:
        longs = [o for o in p.opts if o.startswith("--")]
        on = p.default is True
        names += longs + ([f"--no-{o[2:]}" for o in longs] if on else [])
    return sorted({*names, "--help"})


BASH = """# parley: completion for bash
_parley() {
    local key="" word reply i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        case "$(_parley_words "$key")" in
            *" $word "*) [[ $word == -* ]] || key="${key:+$key }$word" ;;
        esac
    done
    reply="$(_parley_words "$key")"
    COMPREPLY=($(compgen -W "$reply" -- "${COMP_WORDS[COMP_CWORD]}"))
}
_parley_words() {
    case "$1" in
%s    esac
}
complete -o default -F _parley parley
"""
ZSH = """#compdef parley
# parley: completion for zsh
_parley() {
    local key="" word
    for word in ${words[2,CURRENT-1]}; do
        [[ "$(_parley_words "$key")" == *" $word "* && $word != -* ]] && key="${key:+$key }$word"
    done
    compadd -- ${=$(_parley_words "$key")} || _files
}
_parley_words() {
    case "$1" in
%s    esac
}
compdef _parley parley
"""


def _cases(found: dict[str, list[str]]) -> str:
    return "".join(f"        \"{key}\") echo ' {' '.join(names)} ' ;;\n" for key, names in found.items())


def bash(found: dict[str, list[str]]) -> str:
    """The script for bash."""
    return BASH % _cases(found)


def zsh(found: dict[str, list[str]]) -> str:
    """The script for zsh."""
    return ZSH % _cases(found)


def fish(found: dict[str, list[str]]) -> str:
    """The script for fish: one line a command, its words where the command line so far is that command's."""
    lines = ["# parley: completion for fish"]
    for key, names in found.items():
        so_far = " ".join(["parley", *key.split()])
        test = (
            f"string match -qr '^{so_far}( |$)' -- (commandline -cp)"
            if key
            else "test (count (commandline -opc)) -eq 1"
        )
        files = " -f" if not key or any(not n.startswith("-") for n in names) else ""
        lines.append(f'complete -c parley{files} -n "{test}" -a "{" ".join(names)}"')
    return "\n".join([*lines, ""])
