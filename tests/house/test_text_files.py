"""Files that are no text, no table or no archive: each is refused by name, with the place, what was found and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parley.archives import read_arrays
from parley.csv_tables import number_of, read_csv
from parley.errors import InputError, WorldError
from parley.text_files import DEEPEST, FileKind, parse_json, read_text, read_toml

KIND = FileKind("what a test allows", WorldError)
TABLE = "code,value\n8517,1\n9503,2\n"


def written(folder: Path, content: bytes, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a\nb é".encode("latin-1"), "line 2, byte 3: the byte 0xE9"),
        ("商品,值\n".encode("gb18030"), "line 1, byte 1: the byte 0xC9"),
        ("a,b\n".encode("utf-16"), "text in UTF-16"),
        ("a,b\n".encode("utf-32"), "text in UTF-32"),
        ("a,b\n".encode("utf-16-le"), "line 1, byte 2: a zero byte"),
        (b"a\n\nb\x00", "line 3, byte 2: a zero byte"),
    ],
)
def test_bytes_that_are_no_text_in_utf_8_are_named_by_line_and_byte(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(WorldError, match=rf"mine.csv.*{words}.*Save it as UTF-8"):
        read_text(written(tmp_path, content), KIND)


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b"\xef\xbb\xbfa"), KIND) == "a"


@pytest.mark.parametrize("name", ["gone.csv", "x" * 4000, "a\x00b", "mine.csv/inside"])
def test_a_name_that_no_file_has_is_an_input_error(tmp_path: Path, name: str) -> None:
    written(tmp_path, b"a", "mine.csv")
    with pytest.raises(WorldError, match=r"no file|cannot be read"):
        read_text(f"{tmp_path}/{name}", KIND)


def test_a_folder_is_no_file_and_the_nearest_name_is_offered(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"cannot be read \(Is a directory\)"):
        read_text(tmp_path, KIND)
    written(tmp_path, b"a", "rates.csv")
    with pytest.raises(WorldError, match=r"Did you mean .*rates\.csv"):
        read_text(tmp_path / "rate.csv", KIND)


def test_more_bytes_than_a_kind_of_file_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than 3 bytes"):
        read_text(written(tmp_path, b"abcd"), FileKind("three", most=3))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = \n", "line 1, column 5: is not TOML: Invalid value"),
        ("a = 1\na = 2\n", "line 2, column 6: is not TOML: Cannot overwrite"),
        ("a = nan\n", "mine.csv, a: nan, which is no finite number"),
        ("[[b]]\nc = 1\n[[b]]\nd = [1, -inf]\n", r"mine.csv, b\[1\].d\[1\]: -inf"),
        ("a = 1e999\n", "a: inf"),
        (f"a = {10**30}\n", "a: a whole number beyond 2"),
        (f"a = {'9' * 5000}\n", "is not TOML"),
        (f"a = {'[' * 3000}\n", "nested more than"),
        ("a" + ".a" * (DEEPEST + 5) + " = 1\n", f"nested more than {DEEPEST} deep"),
        ("d = 2025-13-01\n", "is not TOML"),
    ],
)
def test_toml_is_refused_with_line_and_column_or_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorldError, match=words):
        read_toml(written(tmp_path, text.encode()), KIND)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1,}', "line 1, column [89]: not JSON"),
        ('{"a": 1, "a": 2}', "a key twice in one object: 'a'"),
        ('{"a": NaN}', "NaN, which is no finite number"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "not JSON"),
        ('["\\ud83d\\ude00", "\\ud800"]', "the sign .*ud800.*half of one"),
        ("", "line 1, column 1"),
    ],
)
def test_json_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(WorldError, match=f"mine.json.*{words}"):
        parse_json(text.encode(), KIND, "mine.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "row 1: no column 'code': the file is empty"),
        ("# a comment\n\nkode,value\n1,2\n", "row 3: no column 'code'; .*Did you mean to name 'kode' so"),
        ("code,value,code\n1,2,3\n", "row 1: two columns are called 'code'"),
        (TABLE + "1\n", "row 4: 1 cells where the header has 2"),
        (TABLE + "# note\n1,2,3\n", "row 5: '3' under no heading"),
        (TABLE + '"1,2\n', "row 4: not CSV: unexpected end of data"),
        (TABLE + '"two\nlines",2\n\n1\n', "row 7: 1 cells"),
        (TABLE + "8517,3\n", "row 4: 8517 again, after row 2.*One row for each code"),
    ],
)
def test_a_table_is_refused_with_its_row(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorldError, match=rf"mine\.csv, {words}"):
        list(read_csv(written(tmp_path, text.encode()), KIND, ("code", "value"), key=("code",)).rows())


def test_a_table_is_read_whole(tmp_path: Path) -> None:
    """Comments, empty lines and records, cells with commas and line ends, and empty cells behind the last heading."""
    text = '# a comment\r\ncode,value,\r\n\r\n8517,"1,000\n# no comment"\r\n , ,\r\n9503, 2 ,,,\r\n'
    table = read_csv(written(tmp_path, text.encode("utf-8-sig")), KIND, ("code",), "mine")
    assert table.columns == ("code", "value")
    assert [tuple(row) for row in table.rows()] == [
        ("mine, row 4", {"code": "8517", "value": "1,000\n# no comment"}),
        ("mine, row 7", {"code": "9503", "value": "2"}),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("-.5", -0.5), ("+1.5e3", 1500.0), ("1.", 1.0), ("1_000", None), ("nan", None), ("inf", None),
     ("1e999", None), ("٣", None), ("1,5", None), ("", None), ("0x10", None), ("9" * 401, None)],
)  # fmt: skip
def test_a_number_is_finite_and_in_plain_digits(text: str, value: float | None) -> None:
    assert number_of(text) == value


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def saved(values: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


def test_arrays_are_read_as_they_were_saved(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6.0).reshape(2, 3), "f": np.asfortranarray(np.arange(6).reshape(2, 3)), "name": np.array("x"),
              "none": np.empty((0, 2)), "big": np.array([1, 2], ">i4")}  # fmt: skip
    found = read_arrays(written(tmp_path, npz(**arrays)), KIND, "mine")
    assert found.keys() == arrays.keys()
    for name, values in arrays.items():
        np.testing.assert_array_equal(found[name], values)
        assert not found[name].flags.writeable


WHOLE = npz(a=np.arange(500.0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole archive"),
        (WHOLE[:100], "not a whole archive"),
        (WHOLE[:-30], "not a whole archive"),
        (WHOLE[:80] + bytes([WHOLE[80] ^ 255]) + WHOLE[81:], "not a whole archive"),
        (npz(a=np.array([{}], dtype=object)), "an array of object.*no Python objects"),
        (npz(a=np.zeros(2, dtype=[("x", "f8")])), "no Python objects"),
        (zipped(**{"a.npy": b"not an array"}), "a.npy: not an array as NumPy saves it"),
        (zipped(**{"a.npy": saved(np.arange(9.0))[:-8]}), "a.npy: 64 bytes where its shape"),
        (
            zipped(**{"a.npy": saved(np.zeros(2)).replace(b"(2,)", b"(99999999999999,)").replace(b" " * 15, b"", 1)}),
            "a.npy",
        ),
        (zipped(**{"a.npy": saved(np.zeros(2)).replace(b"(2,)", b"(-2,)")}), "a.npy"),
        (zipped(**{"../../etc/a.txt": b"no array"}), "not an array as NumPy saves it"),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(WorldError, match=f"mine.*{words}"):
        read_arrays(written(tmp_path, content), KIND, "mine")


def test_an_archive_that_unpacks_to_more_than_is_allowed_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.archives.MOST_ARRAYS", 1 << 20)
    with pytest.raises(WorldError, match="unpacked"):
        read_arrays(written(tmp_path, npz(a=np.zeros(1 << 20))), KIND, "mine")
