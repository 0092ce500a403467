"""Compiled templates beside their sources, as Python keeps compiled modules: in __pycache__, and never in the cache folder.

Whoever can write there can write our modules too, so that it is no new place for code to come in. PYTHONDONTWRITEBYTECODE and
PYTHONPYCACHEPREFIX hold here as there. Where nothing can be written, templates are compiled in every run.
"""

from __future__ import annotations

import hashlib
import sys
from importlib import resources
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from parley import __version__, outputs


class TemplateCode(jinja2.BytecodeCache):
    """One file a template; compiled anew with its source, jinja2, Python, parley or the way it is read.

    how: what bears on compiled code beside the source, in words. room: whose folder of templates it stands in.
    """

    def __init__(self, how: str, room: str = "parley.report") -> None:
        self.how = f"{how} {jinja2.__version__} {__version__}\n"
        self.folder = Path(str(resources.files(room).joinpath("templates")))

    def get_source_checksum(self, source: str) -> str:
        """Of all that the code rests on."""
        return hashlib.sha256((self.how + source).encode()).hexdigest()

    def place(self, key: str) -> Path:
        """Where Python would keep the code of such a file."""
        return Path(cache_from_source(str(self.folder / f"template_{key}.py")))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Puts the code in, where it is there and of this source."""
        try:
            held = self.place(bucket.key).read_bytes()
        except OSError:
            return
        bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Writes the code, whole or not at all."""
        if sys.dont_write_bytecode:
            return
        place = self.place(bucket.key)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            outputs.replace(place, bucket.bytecode_to_string())
        except OSError:
            return
