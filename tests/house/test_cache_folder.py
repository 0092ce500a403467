"""What is kept is kept whole, at once or when a block ends."""

from pathlib import Path

import pytest

from parley.cache_folder import kept_afterwards, kept_or_made


def test_an_answer_need_not_wait_for_what_is_kept(tmp_path: Path):
    made = []

    def asked() -> str:
        return kept_or_made(tmp_path / "a.txt", bytes.decode, lambda: made.append(1) or "law", str.encode, 5)

    with kept_afterwards():
        assert asked() == asked() == "law"  # made once, though no file holds it yet
        assert not (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.txt").read_text() == "law"
    assert asked() == "law"
    assert made == [1]


def test_what_was_made_before_a_fault_is_kept(tmp_path: Path):
    def asked() -> str:
        return kept_or_made(tmp_path / "a.txt", bytes.decode, lambda: "law", str.encode, 5)

    def failing() -> None:
        with kept_afterwards():
            asked()
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        failing()
    assert (tmp_path / "a.txt").read_text() == "law"
    (tmp_path / "a.txt").unlink()
    asked()
    assert (tmp_path / "a.txt").exists()  # at once again, outside of a block
