"""Small changes of a Python file that a test should notice: each a mutant, with its place, its text and its kind.

Not changed: docstrings, text and messages, annotations, decorators, assertions, the `strict` of zip, imports.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # changed, these are negated
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "+",
    ast.Pow: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
SWAPPED = {
    "min": "max",
    "all": "any",
    "minimum": "maximum",
    "argmin": "argmax",
    "union": "intersection",
    "nanmin": "nanmax",
}
SWAPPED |= {new: old for old, new in SWAPPED.items()}
TINY = 0.01  # below it a constant is a tolerance or a step: a hundred times as much, not one more
SIMPLE = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Return,
    ast.Expr,
    ast.Raise,
    ast.Delete,
    ast.Continue,
    ast.Break,
)


@dataclass(frozen=True)
class Mutant:
    """One change. path: from the root; start, end: bytes; within: the outermost function, or None for what runs at import."""

    path: str
    line: int
    start: int
    end: int
    text: str
    kind: str
    was: str
    within: str | None
    lines: range  # of the statement: a test that runs one of them may notice

    def source(self, original: bytes) -> bytes:
        """The file with the change."""
        return original[: self.start] + self.text.encode() + original[self.end :]

    @property
    def change(self) -> str:
        """What became what, on one line."""
        return f"{self.was} → {self.text}"


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Every mutant of one file, in the order of its text."""
    source = (root / path).read_bytes()
    found = {(m.start, m.end, m.text): m for m in _File(path, source).mutants()}
    return [found[key] for key in sorted(found)]


class _File:
    """One file on its way to mutants."""

    def __init__(self, path: str, source: bytes):
        self.path, self.source = path, source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        yield from self.block(ast.parse(self.source).body, "", None)

    def block(self, body: list[ast.stmt], prefix: str, within: str | None) -> Iterator[Mutant]:
        """The statements of a body; prefix: the class that they stand in."""
        for node in body:
            if not (_is_text(node) or isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert)) or _is_typing(node)):
                yield from self.statement(node, prefix, within)

    def statement(self, node: ast.stmt, prefix: str, within: str | None) -> Iterator[Mutant]:
        if isinstance(node, ast.ClassDef):
            yield from self.block(node.body, f"{prefix}{node.name}.", within)
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = within or prefix + node.name
            spans = range(node.lineno, (node.end_lineno or node.lineno) + 1)  # who calls it meets its defaults
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from self.expression(default, within, spans)
            yield from self.block(node.body, prefix, inner)
            return
        heads = [part for part in ast.iter_child_nodes(node) if isinstance(part, (ast.expr, ast.withitem))]
        ends = [node] if isinstance(node, SIMPLE) else [part for part in heads if isinstance(part, ast.expr)]
        lines = range(node.lineno, max([part.end_lineno or 0 for part in ends], default=node.lineno) + 1)
        yield from self.whole(node, within, lines)
        for part in heads:
            if isinstance(node, ast.Raise) or part is getattr(node, "annotation", None):
                continue
            yield from self.expression(part, within, lines)
        for name in ("body", "orelse", "finalbody"):
            yield from self.block(getattr(node, name, None) or [], prefix, within)
        for case in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from self.block(case.body, prefix, within)

    def whole(self, node: ast.stmt, within: str | None, lines: range) -> Iterator[Mutant]:
        """What a statement as a whole may become."""
        if within is None:
            return
        stores = isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Subscript, ast.Attribute))
        calls = isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom))
        if stores or calls or isinstance(node, (ast.Raise, ast.AugAssign, ast.Continue)):
            yield self.made(node, "pass", "statement removed", within, lines)
        if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
            text = f"{ast.unparse(node.target)} {OPERATORS[type(node.op)]}= {ast.unparse(node.value)}"
            yield self.made(node, text, "operator", within, lines)
        if isinstance(node, ast.Return) and node.value is not None and not _is_constant(node.value, None):
            logical = isinstance(node.value, (ast.BoolOp, ast.Compare)) or _is_constant(node.value, True, False)
            if not logical:
                yield self.made(node, "return None", "return", within, lines)
            elif not _opposite(node.value) and not isinstance(node.value, ast.Constant):
                yield self.made(node, f"return not ({ast.unparse(node.value)})", "return", within, lines)
        test = node.test if isinstance(node, (ast.If, ast.While)) else None
        if test is not None and not _opposite(test):
            yield self.made(test, f"(not ({ast.unparse(test)}))", "condition negated", within, lines)

    def expression(self, node: ast.AST, within: str | None, lines: range) -> Iterator[Mutant]:
        """Every change within an expression."""
        if isinstance(node, (ast.JoinedStr, ast.arguments, ast.arg)) or (
            isinstance(node, ast.keyword) and node.arg == "strict"
        ):
            return
        if isinstance(node, ast.expr):
            for kind, text in _changed(node):
                yield self.made(node, text, kind, within, lines)
        for part in ast.iter_child_nodes(node):
            yield from self.expression(part, within, lines)
        if isinstance(node, ast.Lambda):
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from self.expression(default, within, lines)

    def made(self, node: ast.stmt | ast.expr, text: str, kind: str, within: str | None, lines: range) -> Mutant:
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        was = " ".join(self.source[start:end].decode().split())
        return Mutant(self.path, node.lineno, start, end, text, kind, was, within, lines)


def _changed(node: ast.expr) -> Iterator[tuple[str, str]]:
    """The kinds of change of one expression, and what would stand in its place."""
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            yield "comparison", _compare(node, at, COMPARED[type(op)][1])
    elif isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield "and, or", f"({word.join(f'({ast.unparse(part)})' for part in node.values)})"
    elif (
        isinstance(node, ast.BinOp)
        and type(node.op) in OPERATORS
        and not any(_has_text(p) for p in (node.left, node.right))
    ):
        yield "operator", f"(({ast.unparse(node.left)}) {OPERATORS[type(node.op)]} ({ast.unparse(node.right)}))"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
        yield "sign or not removed", f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.IfExp) and not _opposite(node.test):
        yield (
            "condition negated",
            f"({ast.unparse(node.orelse)} if {ast.unparse(node.test)} else {ast.unparse(node.body)})",
        )
    elif isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        yield from _comprehension(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        yield "constant", _constant(node.value)
    elif isinstance(node, ast.Call):
        yield from _call(node)


def _compare(node: ast.Compare, at: int, sign: str) -> str:
    parts = [f"({ast.unparse(node.left)})"]
    for k, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
        parts += [sign if k == at else COMPARED[type(op)][0], f"({ast.unparse(right)})"]
    return f"({' '.join(parts)})"


def _comprehension(node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp) -> Iterator[tuple[str, str]]:
    for each in node.generators:
        for at, test in enumerate(each.ifs):
            if not _opposite(test):
                each.ifs[at] = ast.UnaryOp(ast.Not(), test)
                yield "condition negated", ast.unparse(node)
                each.ifs[at] = test


def _constant(value: bool | int | float) -> str:
    if isinstance(value, bool):
        return str(not value)
    return f"{100 * value:.12g}" if isinstance(value, float) and 0 < value < TINY else repr(value + 1)


def _call(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SWAPPED:
        of = f"{ast.unparse(node.func.value)}." if isinstance(node.func, ast.Attribute) else ""
        yield "min, max, any, all", ast.unparse(ast.Call(ast.Name(of + SWAPPED[name]), node.args, node.keywords))
    if name in ("sorted", "reversed"):
        yield "order", f"list({ast.unparse(node)})[::-1]"
    for at, keyword in enumerate(node.keywords):
        if keyword.arg not in (None, "strict") and not isinstance(keyword.value, (ast.JoinedStr, ast.Constant)):
            yield (
                "keyword left out",
                ast.unparse(ast.Call(node.func, node.args, node.keywords[:at] + node.keywords[at + 1 :])),
            )


def _opposite(test: ast.expr) -> bool:
    """Whether its negation is already among the changes of the expression itself."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    return isinstance(test, ast.Constant) or (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], OPPOSITES)
    )


def _is_constant(node: ast.expr, *values: object) -> bool:
    return isinstance(node, ast.Constant) and any(node.value is value for value in values)


def _has_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_typing(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
