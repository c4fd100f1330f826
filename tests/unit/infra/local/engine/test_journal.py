"""What the journal's files hold after a crash."""

import errno
import os

import pytest

from infra.local.engine.journal import Journal, remove


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path)
    journal.rotate()
    yield journal
    journal.close()


def test_lines_come_back_in_order_over_all_files(journal):
    journal.append(b"1")
    journal.rotate()
    journal.append(b"2")
    journal.append(b"3")
    assert list(Journal(journal.folder).read()) == [1, 2, 3]


def test_a_torn_last_line_is_dropped_and_later_files_are_read(journal):
    journal.append(b"1")
    os.write(journal.newest, b'{"rows":[["a')
    later = Journal(journal.folder)
    later.rotate()
    later.append(b"2")
    later.close()
    assert list(Journal(journal.folder).read()) == [1, 2]


def test_a_damaged_line_before_others_is_an_error(journal):
    journal.append(b'{"rows"')
    journal.append(b"2")
    with pytest.raises(ValueError, match="delimiter"):
        list(Journal(journal.folder).read())


def test_a_new_file_leaves_the_older_files_to_be_removed(journal):
    journal.append(b"1")
    older = journal.rotate()
    journal.append(b"2")
    remove(older)
    assert list(journal.read()) == [2]


def test_an_empty_file_is_used_again(journal):
    assert journal.rotate() == []
    assert len(journal.files()) == 1


def test_a_full_disk_leaves_no_part_of_a_line(journal, monkeypatch):
    journal.append(b"1")

    def full(descriptor, data, write=os.write):
        if bytes(data[:1]) == b"t":
            raise OSError(errno.ENOSPC, "no space")
        return write(descriptor, bytes(data[:1]))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="no space"):
        journal.append(b"[true]")
    monkeypatch.undo()
    journal.append(b"2")
    assert list(journal.read()) == [1, 2]
