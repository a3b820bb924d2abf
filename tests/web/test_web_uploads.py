"""An upload is read and never executed: its names are plain, its size is bounded, and it names nothing else."""

import asyncio
import io

import pytest
from starlette.datastructures import UploadFile

from sim.errors import InputError
from sim.web.settings import Limits
from sim.web.uploads import check_folder, plain_name, receive

TOML = b'[streets]\nfile = "streets.gpkg"\n'


def upload(tmp_path, files, limits=Limits()):  # noqa: B008 - frozen
    given = [UploadFile(io.BytesIO(content), filename=name) for name, content in files.items()]
    return asyncio.run(receive(given, tmp_path, limits))


@pytest.mark.parametrize("given", ["town/force.toml", "..\\..\\force.toml", "/etc/force.toml", "force.toml"])
def test_where_a_file_says_it_stands_decides_nothing(given):
    assert plain_name(given) == "force.toml"


@pytest.mark.parametrize(
    "given", ["x.py", "x.vrt", "x.zip", ".toml", "..", "", "a\x00.csv", "x" * 200 + ".csv", "x.toml/"]
)
def test_what_could_be_run_or_name_other_places_is_not_taken(given):
    with pytest.raises(InputError):
        plain_name(given)


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.gpkg", "other.gpkg", "sub/streets.gpkg"])
def test_a_force_names_only_what_came_along(tmp_path, name):
    with pytest.raises(InputError, match="came along"):
        upload(tmp_path, {"force.toml": f'[streets]\nfile = "{name}"\n'.encode(), "streets.gpkg": b"x"})
    assert not list(tmp_path.iterdir())


def test_files_are_bounded_in_number_and_size(tmp_path):
    with pytest.raises(InputError, match="1 to 1 files"):
        upload(tmp_path, {"force.toml": TOML, "streets.gpkg": b"x"}, Limits(upload_files=1))
    with pytest.raises(InputError, match="at most 100 bytes"):
        upload(tmp_path, {"force.toml": TOML, "streets.gpkg": b"x" * 101}, Limits(upload_bytes=100))
    with pytest.raises(InputError, match=r"must hold force\.toml"):
        upload(tmp_path, {"streets.gpkg": b"x"})
    assert not list(tmp_path.iterdir())


def test_the_same_files_are_one_folder_whose_fault_is_told(tmp_path):
    keys = {upload(tmp_path, {"force.toml": TOML, "streets.gpkg": b"x"}) for _ in range(2)}
    assert len(keys) == 1
    assert [one.name for one in tmp_path.iterdir()] == list(keys)
    told = check_folder((tmp_path, keys.pop()))
    assert told["key"] is None
    assert told["lines"][-1]["kind"] == "fault"


def test_a_good_folder_becomes_a_city(town, tmp_path):
    files = {file.name: file.read_bytes() for file in town.iterdir() if file.is_file()}
    root = tmp_path / "uploads"
    key = upload(root, files)
    told = check_folder((root, key))
    assert told["key"] == key
    assert {line["kind"] for line in told["lines"]} <= {"good", "warning"}
    assert all(line["words"]["en"] and line["words"]["zh"] for line in told["lines"])
    assert (root / key / "folder" / "built" / "scenario.toml").is_file()
