"""Ways in which a file comes to harm, for tests of whatever must notice it."""

from __future__ import annotations


def delete(file):
    file.unlink()


def truncate(file):
    file.write_bytes(file.read_bytes()[:-7])


def edit(file):
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    # A letter: the last digit of a number may be changed without changing the number that is read.
    content[next((i for i in range(middle, len(content)) if chr(content[i]).isalpha()), middle)] ^= 1
    file.write_bytes(bytes(content))


def empty(file):
    file.write_bytes(b"")


def other_json(file):
    file.write_text("[1]")


def replace_by_a_folder(file):
    file.unlink()
    file.mkdir()


DAMAGES = [delete, truncate, edit, empty, other_json, replace_by_a_folder]
