"""Numbers of entries: XXX-NNNNNNN-N, filer code, number and check digit (19 CFR 142.3a(b)).

The check digit is by the formula that customs gives filers (ACE CATAIR, Entry Summary Create/Update, table 1): letters become
digits (A, J = 1; B, K, S = 2; … I, R, Z = 9), every second digit from the right of the first ten is doubled, the digits of
the products and the other digits are added, and the check digit completes the sum to a multiple of ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parley.law.refunds.arrow import kernels, valid

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = 11
FORMAT = "XXX-NNNNNNN-N: a filer code of three letters or digits, seven digits, and a check digit"
_DIGIT = np.full(256, 255, np.uint8)  # of each letter and digit, by its byte
_DIGIT[48:58] = np.arange(10)
_DIGIT[65:74] = np.arange(1, 10)  # A to I
_DIGIT[74:83] = np.arange(1, 10)  # J to R
_DIGIT[83:91] = np.arange(2, 10)  # S to Z


def bare(numbers: pa.Array) -> pa.Array:
    """The numbers in capitals, without hyphens and spaces; null where there is none."""
    pc = kernels()
    made = pc.replace_substring_regex(pc.utf8_upper(numbers), r"[^0-9A-Z]", "")
    return pc.if_else(pc.equal(made, ""), None, made)


def faults(numbers: pa.Array) -> np.ndarray:
    """Why each bare number cannot be declared, as text; empty where it can."""
    pc = kernels()
    made = np.full(len(numbers), "no entry number", dtype=object)
    made[valid(numbers)] = f"not of the form {FORMAT}"
    fits = np.asarray(
        pc.fill_null(pc.match_substring_regex(numbers, "^[0-9A-Z]{3}[0-9]{8}$"), False).to_numpy(zero_copy_only=False)
    )
    if not fits.any():
        return made
    digits = _DIGIT[_bytes(numbers.filter(fits))].astype(int)
    wanted = check_digits(digits[:, :-1])
    wrong = wanted != digits[:, -1]
    told = np.full(len(digits), "", dtype=object)
    told[wrong] = [f"its check digit is not {w}, as customs' formula has it" for w in wanted[wrong]]
    made[fits] = told
    return made


def check_digits(digits: np.ndarray) -> np.ndarray:
    """The check digit of each row of ten digits, letters made digits."""
    doubled = digits[:, ::-1].copy()
    doubled[:, ::2] *= 2
    return (10 - (doubled // 10 + doubled % 10).sum(1) % 10) % 10


def hyphened(numbers: pa.Array) -> pa.Array:
    """The numbers as they stand on forms: XXX-NNNNNNN-N."""
    pc = kernels()
    return pc.replace_substring_regex(numbers, r"^(.{3})(.{7})(.)$", r"\1-\2-\3")


def _bytes(numbers: pa.Array) -> np.ndarray:
    """The bytes of texts of one length, a row each."""
    import pyarrow as pa

    whole = pa.concat_arrays([numbers.cast(pa.string())])
    start, data = whole.offset, whole.buffers()[2]
    offsets = np.frombuffer(whole.buffers()[1], np.int32)
    first = int(offsets[start])
    return np.frombuffer(data, np.uint8)[first : first + LENGTH * len(whole)].reshape(-1, LENGTH)
