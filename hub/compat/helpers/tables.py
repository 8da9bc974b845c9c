"""Reading files of columns and of records."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hub.compat.helpers.files import anyfile

csv.field_size_limit(10_000_000)  # parsers with long cells depend on it

Row = list[Any]


def tabfile_feeder(
    datafile: Any,
    header: int = 1,
    sep: str = "\t",
    includefn: Callable[[Row], Any] | None = None,
    coerce_unicode: bool = True,
    assert_column_no: int | None = None,
) -> Iterator[Row]:
    """Rows of a file, as lists of texts, read by Python's csv reader; a blank line is ``[]``.

    Args:
        datafile: what `anyfile` takes.
        header: lines to leave out at the start.
        sep: column separator.
        includefn: keeps the rows for which it is true.
        coerce_unicode: ignored.
        assert_column_no: number of columns that each row must have.

    Raises:
        ValueError: a row has another number of columns.
    """
    handle = anyfile(datafile)
    try:
        rows = csv.reader(itertools.islice(handle, header, None), delimiter=sep)
        for row in rows:
            if assert_column_no is not None and len(row) != assert_column_no:
                print(f"Error in line {rows.line_num + header} of {datafile}")
                raise ValueError(
                    f"{datafile}, line {rows.line_num + header}: {len(row)} columns, not {assert_column_no}"
                )
            if includefn is None or includefn(row):
                yield row
    finally:
        handle.close()


def tab2list(datafile: Any, cols: int | Sequence[int], **kwargs: Any) -> Any:
    """One column of a file, or rows of some columns.

    *Quirk*: a file that is not there gives a printed line and ``{}``.

    Args:
        datafile: what `anyfile` takes.
        cols: number of the column, or numbers of the columns.
        kwargs: for `tabfile_feeder`.
    """
    if _is_missing(datafile):
        print(f'Error: file "{datafile}" does not exist.')
        return {}
    return list(_selected(datafile, cols, kwargs))


def tab2dict(datafile: Any, cols: Sequence[int], key: int, alwayslist: bool = False, **kwargs: Any) -> dict[Any, Any]:
    """Some columns of a file, grouped by the one at position ``key`` of them; see `list2dict`."""
    if _is_missing(datafile):
        print(f'Error: file "{datafile}" does not exist.')
        return {}
    return list2dict(_selected(datafile, cols, kwargs), key, alwayslist)


def tab2dict_iter(
    datafile: Any, cols: Sequence[int], key: int, alwayslist: bool = False, **kwargs: Any
) -> Iterator[dict[Any, Any]]:
    """The same for files too large for memory: one dict for each run of adjacent rows with equal key."""
    for _, rows in itertools.groupby(_selected(datafile, cols, kwargs), key=lambda row: row[key]):
        yield list2dict(rows, key, alwayslist)


def list2dict(a_list: Iterable[Sequence[Any]], keyitem: int, alwayslist: bool = False) -> dict[Any, Any]:
    """Group rows by one of their items.

    Args:
        a_list: the rows.
        keyitem: position of the item.
        alwayslist: make every value a list; otherwise only where several rows share a key.

    Returns:
        ``{item: rest of the row}``; a rest of one value is that value, a longer one a tuple.
    """
    groups: dict[Any, list[Any]] = {}
    for row in a_list:
        rest = [*row[:keyitem], *row[keyitem + 1 :]]
        groups.setdefault(row[keyitem], []).append(rest[0] if len(rest) == 1 else tuple(rest))
    if alwayslist:
        return dict(groups)
    return {key: values[0] if len(values) == 1 else values for key, values in groups.items()}


def _selected(datafile: Any, cols: int | Sequence[int], kwargs: dict[str, Any]) -> Iterator[Any]:
    for row in tabfile_feeder(datafile, **kwargs):
        yield row[cols] if isinstance(cols, int) else [row[number] for number in cols]


def _is_missing(datafile: Any) -> bool:
    name = datafile[0] if isinstance(datafile, tuple) else datafile
    if not isinstance(name, str | os.PathLike):
        return False
    return not Path(name).exists()


def alwayslist(value: Any) -> list[Any]:
    """A list or tuple as it is, None as an empty list, anything else in a list."""
    if value is None:
        return []
    return value if isinstance(value, list | tuple) else [value]  # type: ignore[return-value]


def listsort(a_list: Iterable[Row], by: int, reverse: bool = False, cmp: Any = None, key: Any = None) -> list[Row]:
    """Rows sorted by one column."""
    return sorted(a_list, key=lambda row: key(row[by]) if key else row[by], reverse=reverse)


def list_itemcnt(a_list: Iterable[Any]) -> list[tuple[Any, int]]:
    """Pairs of an item and how often it is there, in order of first appearance."""
    counts: dict[Any, int] = {}
    for item in a_list:
        counts[item] = counts.get(item, 0) + 1
    return list(counts.items())


def id_strip(id_list: Iterable[str] | str) -> list[str]:
    """Ids without blanks around them, without empty ones; a text is one id."""
    items = [id_list] if isinstance(id_list, str) else id_list
    return [stripped for item in items if item is not None and (stripped := str(item).strip())]


def rec_handler(
    infile: Any, block_end: str = "\n", skip: int = 0, include_block_end: bool = False, as_list: bool = False
) -> Iterator[Any]:
    """Records of a text file, each ended by a line of its own.

    Args:
        infile: what `anyfile` takes.
        block_end: the line between records; an empty line by default.
        skip: lines to leave out at the start.
        include_block_end: keep that line at the end of each record.
        as_list: give each record as a list of lines instead of a text.
    """
    handle = anyfile(infile)
    try:
        block: list[str] = []
        for line in itertools.islice(handle, skip, None):
            if line != block_end:
                block.append(line)
                continue
            if block:
                yield _block([*block, line] if include_block_end else block, as_list)
            block = []
        if block:
            yield _block(block, as_list)
    finally:
        handle.close()


def _block(lines: list[str], as_list: bool) -> Any:
    return lines if as_list else "".join(lines)


def dupline_seperator(
    dupline: Sequence[str], dup_sep: str, dup_idx: Sequence[int] | None = None, strip: bool = False
) -> Iterator[tuple[str, ...]]:
    """Rows for all combinations of the values that share a cell.

    Args:
        dupline: a row.
        dup_sep: what separates values in a cell.
        dup_idx: columns that may hold several; None for all.
        strip: take blanks off the values of those columns.
    """
    chosen = range(len(dupline)) if dup_idx is None else set(dup_idx)
    cells = [_values(cell, dup_sep, strip) if number in chosen else [cell] for number, cell in enumerate(dupline)]
    yield from itertools.product(*cells)


def _values(cell: str, separator: str, strip: bool) -> list[str]:
    return [value.strip() if strip else value for value in cell.split(separator)]


def file_merge(infiles: Iterable[Any], outfile: Any = None, header: int = 1, verbose: int = 1) -> None:
    """Join files into one, with the header lines of the first only.

    Args:
        infiles: what `anyfile` takes, each.
        outfile: path of the new file.
        header: lines at the start of each file that only the first keeps.
        verbose: ignored.
    """
    with Path(outfile).open("w", encoding="utf-8") as out:
        for number, infile in enumerate(infiles):
            handle = anyfile(infile)
            try:
                out.writelines(itertools.islice(handle, header if number else 0, None))
            finally:
                handle.close()
