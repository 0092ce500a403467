"""What ships, what can be pulled and what the cache holds; and whether every file is as its manifest says."""

from __future__ import annotations

from parley.cache_folder import cache_folder
from parley.pull.answers import (
    BrokenPull,
    CachedPull,
    DataList,
    HeldPull,
    OfferedSource,
    SourcesAnswer,
    Verification,
    VerifiedFile,
)
from parley.pull.cache import check, held
from parley.pull.packaged import check_packaged, shipped
from parley.pull.source import read_source, sources
from parley.tabular import Rows, table


def data() -> Rows:
    """What ships: every packaged table with its source, terms, vintage, builder and rows.

    Returns
    -------
    Rows
        Columns `file`, `source`, `terms`, `vintage`, `builder` and `rows`; `to_pandas()` and the like.

    Raises
    ------
    OSError
        Where the installation lacks its manifests.

    Examples
    --------
    >>> import parley
    >>> "file" in parley.data().columns()
    True
    """
    return table(shipped())


def data_list() -> DataList:
    """`data list`."""
    return {
        "packaged": shipped(),
        **sources_answer(),
        "cached": [_in_a_line(entry) for entry in held()],
        "cache": str(cache_folder()),
    }


def sources_answer(name: str | None = None) -> SourcesAnswer:
    """`data sources`: all that can be pulled, or one of them. Raises InputError with the nearest name."""
    return {"sources": [offered(n) for n in (sources() if name is None else [name])]}


def offered(name: str) -> OfferedSource:
    """A source that can be pulled, with its options."""
    source = read_source(name)
    return {
        "name": name,
        "what": source.what,
        "publisher": source.publisher,
        "licence": source.licence,
        "address": source.address or None,
        "key": source.key or None,
        "options": {key: {"help": o.help, "default": o.default} for key, o in source.options.items()},
    }


def _in_a_line(entry: HeldPull | BrokenPull) -> CachedPull:
    return {
        "source": entry["source"],
        "options": entry.get("options"),
        "time": entry.get("time"),
        "rows": entry.get("rows"),
        "folder": entry["folder"],
    }


def verification(name: str | None = None) -> Verification:
    """`data verify`: of one source of the cache; by default of all, and of what is packaged."""
    if name is not None:
        read_source(name)
    files: list[VerifiedFile] = [{"kind": "cached", "name": _named(e), "faults": check(e)} for e in held(name)]
    if name is None:
        files += [VerifiedFile(kind="packaged", name=file, faults=faults) for file, faults in check_packaged()]
    return {"well": not any(row["faults"] for row in files), "checked": len(files), "files": files}


def _named(entry: HeldPull | BrokenPull) -> str:
    return f"{entry['source']} {options_in_words(entry.get('options'))}"


def options_in_words(options: dict[str, str] | None) -> str:
    """The options of a pull in a line; a dash where there is none."""
    return " ".join(f"{k}={v}" for k, v in (options or {}).items()) or "–"
