"""Clinicians' questions over case reports, as a set in BEIR layout.

Questions and judgements are kept in ``eval/data/questions`` (its README says how they were made); the reports
are not: they stay where they lie, and a set is put together from both in a folder that may be thrown away.

    python -m eval.questions ../shared/data/reports/reports.jsonl .questions
    casetrove eval run .questions
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import MalformedError, NotFoundError, UsageError

QUESTIONS = Path(__file__).parent / "data" / "questions"
"""``queries.jsonl`` and ``qrels/test.tsv``."""
_JUDGED = ("queries.jsonl", "qrels/test.tsv")


def build_set(reports: Path, folder: Path, questions: Path = QUESTIONS) -> Path:
    """Write the set into ``folder`` (made if need be; what lies there under these names is replaced); returns it.

    ``reports`` holds a JSON object a line, with ``id``, ``title`` (or null) and ``text``; they keep their order.
    Raises NotFoundError where a file is missing, and MalformedError where a line is no report: then nothing is written.
    """
    for needed in (reports, *(questions / name for name in _JUDGED)):
        if not needed.is_file():
            raise NotFoundError(f"{needed}: there is no such file; a set is made of reports, questions and judgements")
    documents = "".join(_documents(reports))
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    (folder / "corpus.jsonl").write_text(documents, encoding="utf-8")
    for name in _JUDGED:
        shutil.copyfile(questions / name, folder / name)
    return folder


def _documents(reports: Path) -> Iterator[str]:
    """A line of ``corpus.jsonl`` for each line of ``reports``."""
    with reports.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                report = json.loads(line)
                document = {"_id": report["id"], "title": report["title"] or "", "text": report["text"]}
                if not all(isinstance(value, str) for value in document.values()):
                    raise TypeError("id, title and text must be strings")
            except (ValueError, KeyError, TypeError) as error:
                raise MalformedError(
                    f"{reports}, line {number}: is not a report ({error!r}); "
                    "it must be a JSON object with id, title (or null) and text"
                ) from error
            yield json.dumps(document, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Build the set from the command line, and say where: reports.jsonl, then the folder. Raises UsageError."""
    if len(arguments) != 2:
        raise UsageError("give the reports and a folder: python -m eval.questions REPORTS.jsonl FOLDER")
    print(build_set(Path(arguments[0]), Path(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
