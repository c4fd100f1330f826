"""A copy of tables: as a file, and compared with what is there now."""

import stat

import pytest

from infra.backup.copies import Copy, loss, read, save

ITEM = {"id": {"S": "a"}, "salt": {"B": b"\x00\xff"}, "n": {"N": "1"}, "l": {"L": [{"M": {"x": {"NULL": True}}}]}}


def test_a_file_gives_back_what_was_saved_and_only_its_owner_reads_it(tmp_path):
    copy = Copy(12.5, {"orders": {"a": ITEM}, "refunds": {}})
    save(copy, tmp_path / "copy")
    assert read(tmp_path / "copy") == copy
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"at": 1, "tables": []}\n["orders", "a", {}]'])
def test_another_file_is_no_copy(tmp_path, text):
    (tmp_path / "copy").write_text(text)
    with pytest.raises(ValueError, match="is not a copy of tables"):
        read(tmp_path / "copy")


def test_the_loss_counts_new_changed_and_deleted_records_by_table():
    then = {"orders": {"kept": {"n": 1}, "changed": {"n": 1}, "deleted": {"n": 1}}, "refunds": {}}
    now = {"orders": {"kept": {"n": 1}, "changed": {"n": 2}, "new": {"n": 1}}, "refunds": {"new": {"n": 1}}}
    lost = loss(then, now)
    assert (lost.missing, lost.changed, lost.deleted) == ({"orders": 1, "refunds": 1}, {"orders": 1}, {"orders": 1})
    assert lost.total() == 4
