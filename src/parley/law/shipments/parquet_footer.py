"""The footer of a Parquet file as plain fields: Thrift's compact protocol (Parquet format 2, parquet.thrift)."""

from __future__ import annotations

from typing import Any, BinaryIO

MAGIC = b"PAR1"
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

Fields = dict[int, tuple[int, Any]]  # number → (kind, value); to be written, a struct may be its bytes


def read_footer(stream: BinaryIO) -> Fields:
    """The fields of a file's footer."""
    end = stream.seek(-8, 2)
    size = int.from_bytes(stream.read(4), "little")
    stream.seek(end - size)
    return _Reader(stream.read(size)).struct()


def footer_bytes(fields: Fields) -> bytes:
    """A footer as it stands at the end of a file, with its length and the magic number."""
    made = struct_bytes(fields)
    return made + len(made).to_bytes(4, "little") + MAGIC


def struct_bytes(fields: Fields) -> bytes:
    """Fields as bytes."""
    made = _Writer()
    made.struct(fields)
    return bytes(made.out)


class _Reader:
    """Reads the compact protocol."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def varint(self) -> int:
        found = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def whole(self) -> int:
        n = self.varint()
        return (n >> 1) ^ -(n & 1)

    def taken(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def struct(self) -> Fields:
        found: Fields = {}
        number = 0
        while (head := self.taken(1)[0]) != 0:
            number = number + (head >> 4) if head >> 4 else self.whole()
            found[number] = (head & 15, self.value(head & 15))
        return found

    def value(self, kind: int, inside: bool = False) -> Any:
        if kind in (TRUE, FALSE):
            return self.taken(1)[0] if inside else kind == TRUE
        if kind == BYTE:
            return self.taken(1)[0]
        if kind in (I16, I32, I64):
            return self.whole()
        if kind == DOUBLE:
            return self.taken(8)
        if kind == BINARY:
            return self.taken(self.varint())
        if kind in (LIST, SET):
            head = self.taken(1)[0]
            count = head >> 4 if head >> 4 < 15 else self.varint()
            return head & 15, [self.value(head & 15, True) for _ in range(count)]
        if kind == STRUCT:
            return self.struct()
        raise ValueError(f"a footer with a field of kind {kind}")  # maps do not occur in Parquet's footer


class _Writer:
    """Writes the compact protocol."""

    def __init__(self) -> None:
        self.out = bytearray()

    def varint(self, n: int) -> None:
        while n > 127:
            self.out.append(n & 127 | 128)
            n >>= 7
        self.out.append(n)

    def whole(self, n: int) -> None:
        self.varint(2 * n if n >= 0 else -2 * n - 1)

    def struct(self, fields: Fields) -> None:
        last = 0
        for number in sorted(fields):
            kind, value = fields[number]
            if kind in (TRUE, FALSE):
                kind = TRUE if value else FALSE
            if 0 < number - last < 16:
                self.out.append((number - last) << 4 | kind)
            else:
                self.out.append(kind)
                self.whole(number)
            last = number
            if kind not in (TRUE, FALSE):
                self.value(kind, value)
        self.out.append(0)

    def value(self, kind: int, value: Any) -> None:
        if kind in (TRUE, FALSE, BYTE):
            self.out.append(value)
        elif kind in (I16, I32, I64):
            self.whole(value)
        elif kind == DOUBLE:
            self.out += value
        elif kind == BINARY:
            self.varint(len(value))
            self.out += value
        elif kind in (LIST, SET):
            inner, items = value
            if len(items) < 15:
                self.out.append(len(items) << 4 | inner)
            else:
                self.out.append(15 << 4 | inner)
                self.varint(len(items))
            for item in items:
                self.value(inner, item)
        elif isinstance(value, bytes):  # a struct as it stands
            self.out += value
        else:
            self.struct(value)
