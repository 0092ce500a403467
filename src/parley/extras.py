"""The extras of the package: what each brings, and the sentence that asks for one where its libraries are not installed.

A default install brings what the main job needs (decisions/0022). The rest is asked for by name: pip install 'parley-trade[NAME]'.
"""

from __future__ import annotations

from importlib.util import find_spec

from parley.errors import InputError

EXTRAS = {  # as in pyproject.toml: the modules that an extra's own code imports
    "shipments": ("pyarrow", "duckdb"),
    "web": ("starlette", "uvicorn", "python_multipart", "httptools"),
    "mcp": ("mcp",),
    "xlsx": ("openpyxl",),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "xarray": ("xarray",),
    "remote": ("fsspec",),
    "spark": ("pyspark",),
    "cluster": ("distributed",),
}
NEEDED = ("numpy", "typer", "rich", "msgspec", "jinja2", "vl_convert", "jaxtyping")  # of every install


def need(extra: str, where: str, allowed: str = "") -> None:
    """Nothing where the libraries of an extra are installed. allowed: what goes without them. Raises InputError with the command."""
    for module in EXTRAS[extra]:
        if not installed(module):
            raise without(module, where, allowed)


def installed(module: str) -> bool:
    """Whether a module of a library can be imported; it is not imported for that."""
    return find_spec(module) is not None


def without(module: str, where: str, allowed: str = "") -> InputError:
    """The refusal where a library is not installed: it names what brings it."""
    top = module.partition(".")[0]
    extra = next((name for name, modules in EXTRAS.items() if top in modules), "")
    package = f"parley-trade[{extra}]" if extra else "parley-trade"
    hint = f"pip install '{package}', or '.{package[12:]}' in a checkout"
    return InputError(where, f"{top} is not installed", allowed, hint)


def refusal(error: BaseException, where: str) -> InputError | None:
    """The refusal for an import that failed where the library is one of ours to name; None for anything else."""
    top = (getattr(error, "name", None) or "").partition(".")[0]
    ours = top in NEEDED or any(top in modules for modules in EXTRAS.values())
    return without(top, where) if isinstance(error, ImportError) and ours else None
