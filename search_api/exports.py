"""An evidence table as a file: CSV, Markdown, JSON or XLSX; or its articles for a reference manager.

In XLSX every cell is written as text, so that one that begins like a formula stays what it is.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Final, Literal, get_args

from corpus.amounts import counted
from search_api.evidence.table_model import EvidenceTable, Group, TableRow
from search_api.evidence_json import table_json
from search_api.result_list import ENDINGS, LIST_MEDIA_TYPES, Place, list_file
from search_api.service import Service
from search_api.sheets import Cell, Sheet, cited_cells, csv_of, escaped, markdown_table

Format = Literal["csv", "markdown", "json", "xlsx"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FileFormat = Literal["csv", "markdown", "json", "xlsx", "ris", "bibtex", "csl"]
FILE_FORMATS: Final[tuple[FileFormat, ...]] = get_args(FileFormat)
FILE_MEDIA_TYPES: Final = dict[str, str]([*LIST_MEDIA_TYPES.items(), *MEDIA_TYPES.items()])
FILE_ENDINGS: Final = dict[str, str]([*ENDINGS.items(), ("json", "json"), ("xlsx", "xlsx")])
"""What a file's name ends in."""
_LONGEST_CELL: Final = 32_767
"""Characters that a cell of XLSX holds."""


def table_file(service: Service, table: EvidenceTable, form: FileFormat) -> bytes:
    """``table`` as a file; in RIS, BibTeX and CSL-JSON each article of its rows once, in their order."""
    if form == "ris" or form == "bibtex" or form == "csl":
        articles = dict.fromkeys(each.row.catalog_id for each in table.rows)
        return list_file(service.listed(Place(report_id, 0, 0) for report_id in articles), form)
    return exported(table, form)


def exported(table: EvidenceTable, form: Format) -> bytes:
    """``table`` as a file of ``form``; all but XLSX are UTF-8."""
    if form == "json":
        return json.dumps(table_json(table), ensure_ascii=False, indent=1).encode()
    if form == "csv":
        return csv_of(_rows(table))
    return _markdown(table).encode() if form == "markdown" else _xlsx(table)


_COLUMNS: Final = (
    "state", "canonical", "treatment", "kind", "classes", "status", "dose", "route", "frequency", "duration", "target",
    "aim", "outcome", "outcome_quote", "quote", "age", "age_unit", "sex", "diagnoses", "condition_as", "patient",
    "case", "report_id", "authors", "year", "title", "journal", "doi", "pmid", "pmcid", "warnings", "source",
    "location", "start", "end", "source_start", "source_end", "reading",
)  # fmt: skip


def _rows(table: EvidenceTable) -> Sheet:
    return _COLUMNS, [_cells(each) for each in table.rows]


def _cells(each: TableRow) -> list[Cell]:
    row, given = each.row, each.row.given
    first = row.quotes[0] if row.quotes else None
    told: dict[str, Cell] = {
        "state": row.state,
        "aim": each.aim if given else None,
        "outcome": row.outcome.label if given else None,
        "outcome_quote": " … ".join(quote.text for quote in row.outcome.quotes) or None,
        "quote": " … ".join(quote.text for quote in row.quotes) or None,
        "age": None if row.age is None else row.age.value,
        "age_unit": None if row.age is None else row.age.unit,
        "sex": row.sex,
        "diagnoses": "; ".join(f"{had.name} ({had.role})" for had in row.diagnoses) or None,
        "condition_as": "; ".join(f"{met.asked}: {met.how}" for met in each.met_by) or None,
        "patient": each.patient,
        "case": row.case,
        "report_id": row.report_id,
        **cited_cells(row.citation),
        "source": row.source,
    }
    if given is not None:
        told |= {
            "canonical": given.canonical, "treatment": given.treatment, "kind": given.kind,
            "classes": "; ".join(given.classes) or None, "status": given.status, "dose": given.dose,
            "route": given.route, "frequency": given.frequency, "duration": given.duration, "target": given.target,
        }  # fmt: skip
    if first is not None:
        told |= {name: getattr(first, name) for name in ("start", "end", "source_start", "source_end")}
    return [told.get(name) for name in _COLUMNS]


_GROUP_COLUMNS: Final = (
    "canonical", "kind", "classes", "patients", "reports", "of", "resolved", "improved", "unchanged", "progressed",
    "adverse_reaction", "death", "not_stated", "planned", "precluded", "declined", "for", "sentence",
)  # fmt: skip


def _groups(table: EvidenceTable) -> Sheet:
    return _GROUP_COLUMNS, [_group_cells(each) for each in table.groups]


def _group_cells(group: Group) -> list[Cell]:
    told: dict[str, Cell] = {
        **{name: getattr(group, name) for name in ("canonical", "kind", "patients", "reports", "of", "sentence")},
        "classes": "; ".join(group.classes) or None,
        **{str(label): count for label, count in group.outcomes.items()},
        **{status: group.not_given.get(status, 0) for status in ("planned", "precluded", "declined")},
        "for": "; ".join(f"{aim} {count}" for aim, count in group.aims.items()),
    }
    return [told[name] for name in _GROUP_COLUMNS]


_LITERATURE_COLUMNS: Final = (
    "canonical", "treatment", "kind", "quote", "report_id", "authors", "year", "title", "journal", "doi", "location",
    "start", "end", "reading",
)  # fmt: skip


def _literature(table: EvidenceTable) -> Sheet:
    rows = []
    for each in table.literature:
        first = each.quotes[0] if each.quotes else None
        told: dict[str, Cell] = {
            "canonical": each.given.canonical, "treatment": each.given.treatment, "kind": each.given.kind,
            "quote": " … ".join(quote.text for quote in each.quotes), "report_id": each.report_id,
            "start": first.start if first else None, "end": first.end if first else None, **cited_cells(each.citation),
        }  # fmt: skip
        rows.append([told.get(name) for name in _LITERATURE_COLUMNS])
    return _LITERATURE_COLUMNS, rows


def _about(table: EvidenceTable) -> Sheet:
    held = table.population
    rows: list[list[Cell]] = [
        ["question", table.question],
        ["summary", table.summary],
        ["patients with the condition", held.patients],
        ["reports", held.reports],
        ["treatment reported", held.treated],
        ["of them only planned, ruled out or declined", held.ungiven],
        ["treatment not reported in the available text", held.silent],
        ["different underlying disease (not counted)", held.different],
        ["underlying disease not told (not counted)", held.unstated],
        ["reports that name the condition", held.naming],
        ["of them looked into", held.looked_into],
    ]
    rows += [[f"counted though “{words}” is not said", patients] for words, patients in held.widened]
    rows += [[f"counted once: {each.one} and {each.other}", "; ".join(each.reasons)] for each in held.overlaps]
    rows += [["generation of the index", table.generation], ["what this can show", table.caveat]]
    return ("what", "value"), rows


def _xlsx(table: EvidenceTable) -> bytes:
    """A workbook of four sheets; made in memory, every text a text."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        book.set_properties({"title": table.question[:255], "comments": table.caveat})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheets = (("Groups", _groups(table)), ("Rows", _rows(table)), ("Literature", _literature(table)))
        for name, (header, rows) in (*sheets, ("About", _about(table))):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(header):
                sheet.write_string(0, column, title, bold)
                sheet.set_column(column, column, _width(title), wrapped)
            for at, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell[:_LONGEST_CELL])
                    elif cell is not None:
                        sheet.write_number(at, column, cell)
            if rows:
                sheet.autofilter(0, 0, len(rows), len(header) - 1)
    return out.getvalue()


def _width(title: str) -> int:
    """Characters; texts are wrapped."""
    return 60 if title in ("quote", "outcome_quote", "sentence", "title", "value", "what") else max(11, len(title) + 2)


_IN_MARKDOWN: Final = (
    "canonical", "treatment", "status", "dose", "route", "frequency", "duration", "target", "outcome", "outcome_quote",
    "quote", "age", "sex", "year", "title", "doi", "report_id", "start", "end",
)  # fmt: skip
_GROUPS_IN_MARKDOWN: Final = (
    "canonical", "patients", "reports", "of", "resolved", "improved", "unchanged", "progressed", "adverse_reaction",
    "death", "not_stated", "for",
)  # fmt: skip
_HEADINGS: Final = {
    "canonical": "treatment (standard name)", "treatment": "as the report names it", "target": "what for",
    "of": "of patients with the condition", "for": "patients by what it was for",
}  # fmt: skip
"""Columns whose names say little to people."""
_LITERATURE_IN_MARKDOWN: Final = ("canonical", "quote", "year", "title", "doi", "report_id")


def _markdown(table: EvidenceTable) -> str:
    lines = [f"# Evidence: {escaped(table.question)}", "", escaped(table.summary), ""]
    _, about = _about(table)
    lines += [f"- {escaped(row[0])}: {escaped(row[1])}" for row in about[2:] if row[1] not in (0, None)]
    lines += ["", "## By treatment", "", *markdown_table(_picked(_groups(table), _GROUPS_IN_MARKDOWN), _HEADINGS)]
    for state in dict.fromkeys(each.state for each in table.rows):
        some = [_cells(each) for each in table.rows if each.state == state]
        name = f"{state[0].upper()}{state[1:]} ({counted(len(some), 'row')})"
        lines += ["", f"## {name}", "", *markdown_table(_picked((_COLUMNS, some), _IN_MARKDOWN), _HEADINGS)]
    if table.literature:
        told = _picked(_literature(table), _LITERATURE_IN_MARKDOWN)
        lines += ["", "## Told only of others (literature)", "", *markdown_table(told, _HEADINGS)]
    return "\n".join(lines) + "\n"


def _picked(sheet: Sheet, names: Sequence[str]) -> Sheet:
    header, rows = sheet
    places = [header.index(name) for name in names]
    return names, [[row[at] for at in places] for row in rows]
