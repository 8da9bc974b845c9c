"""Archives from outside."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from hub.dataload.archives import (
    ArchiveBombError,
    ArchiveConflictError,
    ArchiveError,
    Limits,
    UnsafeArchiveError,
    uncompress_all,
    verify_archive,
)

DATA = b"id\tname\n" + bytes(range(256)) * 2000


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def tar(members: dict[str, bytes] | list[tarfile.TarInfo], pack: Callable[[bytes], bytes] = bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members if isinstance(members, list) else [_info(n) for n in members]:
            data = members[member.name] if isinstance(members, dict) else b""
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return pack(out.getvalue())


def _info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


TREE = {"d/x.tsv": DATA, "y.tsv": b"y"}
KINDS = {
    "a.zip": zipped(TREE),
    "a.tar": tar(TREE),
    "a.tar.gz": tar(TREE, gzip.compress),
    "a.tgz": tar(TREE, gzip.compress),
    "a.tar.bz2": tar(TREE, bz2.compress),
    "a.tar.xz": tar(TREE, lzma.compress),
    "a.xz": tar(TREE, lzma.compress),
    "A.TAR.ZST": tar(TREE, zst),
}
SINGLE = {
    "x.tsv.gz": gzip.compress(DATA),
    "x.tsv.bz2": bz2.compress(DATA),
    "x.tsv.xz": lzma.compress(DATA),
    "x.tsv.zst": zst(DATA),
    "x.tsv.GZ": gzip.compress(DATA[:9]) + gzip.compress(DATA[9:]),
}


def put(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_archive_is_extracted_and_kept(tmp_path: Path, name: str) -> None:
    archive = put(tmp_path, name, KINDS[name])
    verify_archive(archive)
    assert len(uncompress_all(tmp_path)) == 2
    assert names(tmp_path) == sorted([name, "d/x.tsv", "y.tsv"])
    assert (tmp_path / "d/x.tsv").read_bytes() == DATA


@pytest.mark.parametrize("name", SINGLE)
def test_every_kind_of_packed_file_is_unpacked_beside(tmp_path: Path, name: str) -> None:
    archive = put(tmp_path, name, SINGLE[name])
    verify_archive(archive)
    assert uncompress_all(tmp_path) == [tmp_path / "x.tsv"]
    assert (tmp_path / "x.tsv").read_bytes() == DATA


@pytest.mark.parametrize("name", [*KINDS, *SINGLE])
def test_a_truncated_archive_is_found_and_named(tmp_path: Path, name: str) -> None:
    data = {**KINDS, **SINGLE}[name]
    archive = put(tmp_path, name, data[: len(data) * 2 // 3])
    with pytest.raises(ArchiveError, match=f"`{name}`"):
        verify_archive(archive)
    with pytest.raises(ArchiveError, match=f"`{name}`"):
        uncompress_all(tmp_path)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", [*KINDS, *SINGLE])
def test_what_is_no_archive_is_found_and_named(tmp_path: Path, name: str) -> None:
    archive = put(tmp_path, name, b"<html>Not found</html>" * 100)
    with pytest.raises(ArchiveError, match=f"`{name}`"):
        verify_archive(archive)


def test_a_damaged_byte_is_found(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(DATA))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(ArchiveError, match="damaged"):
        verify_archive(put(tmp_path, "x.gz", bytes(data)))


HOSTILE = {
    "up.zip": zipped({"../x": b"x"}),
    "deep.zip": zipped({"a/../../x": b"x"}),
    "back.zip": zipped({"..\\x": b"x"}),
    "abs.zip": zipped({"/tmp/x": b"x"}),
    "drive.zip": zipped({"C:/x": b"x"}),
    "up.tar.gz": tar({"../x": b"x"}, gzip.compress),
    "abs.tar": tar({"/tmp/x": b"x"}),
    "link.tar": tar([_info("l", tarfile.SYMTYPE, "../../etc/passwd")]),
    "abslink.tar": tar([_info("l", tarfile.SYMTYPE, "/etc/passwd")]),
    "hard.tar": tar([_info("l", tarfile.LNKTYPE, "../x")]),
    "device.tar": tar([_info("null", tarfile.CHRTYPE)]),
    "pipe.tar": tar([_info("pipe", tarfile.FIFOTYPE)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_members_that_lead_out_or_are_no_files_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    put(folder, name, HOSTILE[name])
    put(folder, "good.zip", zipped({"good.tsv": b"x"}))
    with pytest.raises(UnsafeArchiveError, match=f"`{name}` is not extracted: its member"):
        uncompress_all(folder)
    assert names(tmp_path) == sorted(["in/good.zip", f"in/{name}"])


def test_links_inside_become_files_and_no_link_is_ever_made(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(_info("early", tarfile.SYMTYPE, "d/x"))
        archive.addfile(_info("dir", tarfile.SYMTYPE, "d"))
        info = _info("d/x")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"data"))
        archive.addfile(_info("d/up", tarfile.SYMTYPE, "../d/x"))
        archive.addfile(_info("hard", tarfile.LNKTYPE, "d/x"))
    put(tmp_path, "a.tar", out.getvalue())
    uncompress_all(tmp_path)
    assert names(tmp_path) == ["a.tar", "d/up", "d/x", "early", "hard"]
    assert (tmp_path / "early").read_bytes() == b"data"
    assert not any(p.is_symlink() for p in tmp_path.rglob("*"))


def test_a_link_of_a_zip_that_leads_out_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("l")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "../../etc/passwd")
    put(tmp_path, "a.zip", out.getvalue())
    with pytest.raises(UnsafeArchiveError, match="links out"):
        uncompress_all(tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zst])
def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    suffix = {gzip.compress: "gz", bz2.compress: "bz2", lzma.compress: "xz", zst: "zst"}[pack]
    put(tmp_path, f"b.tar.{suffix}", tar({"zeros": bytes(8 * 1024**2)}, pack))
    with pytest.raises(ArchiveBombError, match="UNCOMPRESS_MAX_RATIO"):
        uncompress_all(tmp_path, Limits(max_ratio=200, floor=1024**2))
    assert names(tmp_path) == [f"b.tar.{suffix}"]


def test_a_zip_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    data = bytearray(zipped({"zeros": bytes(8 * 1024**2)}))
    size = (8 * 1024**2).to_bytes(4, "little")
    put(tmp_path, "b.zip", bytes(data).replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveError):
        uncompress_all(tmp_path, Limits(max_ratio=200, floor=1024**2))
    assert names(tmp_path) == ["b.zip"]


def test_a_small_file_of_any_ratio_is_fine(tmp_path: Path) -> None:
    put(tmp_path, "a.gz", gzip.compress(bytes(4 * 1024**2)))
    assert len(uncompress_all(tmp_path, Limits(max_ratio=10))) == 1


def test_all_archives_together_stay_below_the_limit(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.gz", gzip.compress(bytes(400_000)))
    with pytest.raises(ArchiveBombError, match="UNCOMPRESS_MAX_BYTES"):
        uncompress_all(tmp_path, Limits(max_bytes=1_000_000))
    assert names(tmp_path) == ["0.gz", "1.gz", "2.gz"]


def test_empty_members_count_too(tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zipped({f"{n}": b"" for n in range(200)}))
    with pytest.raises(ArchiveBombError):
        uncompress_all(tmp_path, Limits(max_bytes=100_000))


def test_existing_files_are_replaced_but_never_an_archive(tmp_path: Path) -> None:
    put(tmp_path, "x.tsv", b"old")
    put(tmp_path, "x.tsv.gz", gzip.compress(b"new"))
    uncompress_all(tmp_path)
    assert (tmp_path / "x.tsv").read_bytes() == b"new"
    put(tmp_path, "a.zip", zipped({"x.tsv.gz": b"x"}))
    with pytest.raises(ArchiveConflictError, match=r"x\.tsv\.gz"):
        uncompress_all(tmp_path)


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    put(tmp_path, "x.gz", gzip.compress(b"new"))
    with pytest.raises(ArchiveConflictError, match="file and folder"):
        uncompress_all(tmp_path)


def test_a_name_that_is_file_and_folder_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zipped({"x": b"1", "x/y": b"2"}))
    with pytest.raises(ArchiveError, match="both a file and a folder"):
        uncompress_all(tmp_path)


def test_only_the_top_level_is_extracted_and_only_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    put(tmp_path / "sub", "x.gz", gzip.compress(b"x"))
    put(tmp_path, "a.zip", zipped({"inner.gz": gzip.compress(b"x")}))
    uncompress_all(tmp_path)
    assert names(tmp_path) == ["a.zip", "inner.gz", "sub/x.gz"]


def test_a_zip_with_a_password_can_be_kept_but_not_extracted(tmp_path: Path) -> None:
    data = bytearray(zipped({"x": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive = put(tmp_path, "a.zip", bytes(data))
    verify_archive(archive)
    with pytest.raises(ArchiveError, match="password"):
        uncompress_all(tmp_path)


def test_a_stop_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zipped(TREE))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        uncompress_all(tmp_path, check=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_names_that_mean_something_to_a_shell_are_plain_names(tmp_path: Path) -> None:
    name = "a b'$(touch x);\n-rf.tsv"
    put(tmp_path, "a.zip", zipped({name: b"x"}))
    assert uncompress_all(tmp_path) == [tmp_path / name]


@pytest.mark.parametrize("name", ["a.tsv.gz", "A.TSV.GZ"])
def test_a_gzip_file_of_several_members_or_with_bytes_after_it_is_whole(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"one") + gzip.compress(b"two" * 1000) + b"\0\0 trailing")
    verify_archive(path)
    uncompress_all(tmp_path)
    assert (tmp_path / name[:-3]).read_bytes() == b"one" + b"two" * 1000
    path.write_bytes(gzip.compress(b"one") + gzip.compress(b"two" * 1000)[:-3])
    with pytest.raises(ArchiveError, match="truncated"):
        verify_archive(path)
