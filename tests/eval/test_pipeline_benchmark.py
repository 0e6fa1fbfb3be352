"""The benchmark of the whole pipeline: what it makes, counts and prints is so."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from corpus.errors import CasetroveError, UsageError
from eval.benchmarks import growth, larger, load, memory, pipeline
from tests.fakes import CASES

pytestmark = pytest.mark.slow

ORIGINALS: list[larger.Record] = [
    {"id": f"r{at}", "title": f"{name.title()} in a patient", "year": 2001 + at, "text": text.replace("# ", "")}
    for at, (name, text) in enumerate(CASES.items())
]


def silent(*_: object) -> None:
    """Nobody watches."""


def many(count: int) -> list[larger.Record]:
    """Records whose words are spread as in a language: few common, many rare."""
    words = [f"{a}{b}{c}{d}" for a in "bcdfgh" for b in "aeiou" for c in "klmnprst" for d in "aeiou"]
    weights = 1 / np.arange(30, len(words) + 30)
    random = np.random.default_rng(0)

    def text(length: int) -> str:
        return " ".join(random.choice(words, length, p=weights / weights.sum()))

    return [
        {"id": f"m{at}", "title": text(6).capitalize(), "year": None, "text": f"{text(90)}. {text(60)}."}
        for at in range(count)
    ]


# ---- a larger corpus ------------------------------------------------------------------------------


def test_records_are_what_the_readers_read(tmp_path: Path) -> None:
    """Id, title, year and text of each report, from any kind of file."""
    larger.write(ORIGINALS[:2], tmp_path / "a.jsonl")
    (tmp_path / "b.txt").write_text("A patient had gout.\n\nColchicine helped.")
    first, second, third = larger.records([tmp_path])
    assert first == ORIGINALS[0] | {"text": first["text"]}
    assert str(ORIGINALS[0]["text"]).split()[:5] == str(first["text"]).split()[:5]
    assert second["id"] == "r1"
    assert "Colchicine helped." in str(third["text"])


def test_a_folder_without_reports_is_an_error(tmp_path: Path) -> None:
    """There is nothing to repeat."""
    with pytest.raises(UsageError, match="holds no report"):
        larger.records([tmp_path])


def test_the_first_copy_is_the_corpus_itself() -> None:
    """Size 1 measures what was given."""
    assert next(larger.copies(ORIGINALS, 5)) == ORIGINALS


def test_copies_have_ids_of_their_own_and_are_the_same_on_every_run() -> None:
    """All ids differ, and nothing is left to chance."""
    found, again = (list(larger.copies(many(20), 3)) for _ in range(2))
    ids = [record["id"] for records in found for record in records]
    assert len(set(ids)) == len(ids) == 60
    assert found == again


def test_copies_differ_in_words_and_keep_their_number_and_marks() -> None:
    """A copy is as long, word by word, mark by mark; most of its words are others."""
    originals = many(40)
    first, second = list(larger.copies(originals, 2))
    ours, theirs = (re.findall(r"\w+", " ".join(str(each["text"]) for each in some)) for some in (first, second))
    assert len(ours) == len(theirs)
    assert sum(one != other for one, other in zip(ours, theirs, strict=True)) > len(ours) / 4
    for one, other in zip(first, second, strict=True):
        assert re.sub(r"\w+", "w", str(one["text"])) == re.sub(r"\w+", "w", str(other["text"]))


def test_words_of_a_copy_are_as_frequent_as_those_they_stand_for() -> None:
    """Sorted counts of words are alike: what is common stays common, what is rare stays rare."""
    first, second = list(larger.copies(many(60), 2))
    ours, theirs = (
        sorted(Counter(word for each in some for word in str(each["text"]).lower().split()).values(), reverse=True)
        for some in (first, second)
    )
    both = min(len(ours), len(theirs))
    assert both > 0.98 * max(len(ours), len(theirs))  # a respelt word may become one that is there already
    assert np.allclose(ours[:both], theirs[:both], rtol=0.25, atol=3)


def test_rare_words_are_respelt_so_that_the_vocabulary_grows() -> None:
    """A word that occurs once becomes one that the corpus did not have."""
    originals: list[larger.Record] = [*many(30), {"id": "x", "title": "t", "text": "pemphigus once"}]
    before = {word for each in originals for word in str(each["text"]).split()}
    _, copy = list(larger.copies(originals, 2))
    (respelt, _) = str(copy[-1]["text"]).split()
    assert respelt not in before
    assert sorted(respelt) == sorted("pemphigus")


# ---- memory ---------------------------------------------------------------------------------------


def test_peaks_are_kept_by_stage() -> None:
    """What is held in one stage is not charged to the next."""
    with memory.Peaks("small") as peaks:
        time.sleep(0.1)
        peaks.stage = "large"
        held = np.ones(8_000_000)
        time.sleep(0.1)
        assert held.any()
        del held
        peaks.stage = "after"
        time.sleep(0.1)
    assert set(peaks.bytes) == {"small", "large", "after"}
    assert peaks.bytes["large"] > peaks.bytes["small"] + 50_000_000
    assert peaks.bytes["after"] < peaks.bytes["large"] - 50_000_000


def test_what_children_hold_is_counted() -> None:
    """A process that reads in others is charged for them."""
    before = memory.held_with_children()
    program = "held = b'x' * 60_000_000; print(len(held), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert memory.held_with_children() > before + 50_000_000
        child.communicate("\n")
    assert memory.held_with_children() < before + 50_000_000


def test_a_process_that_is_not_there_holds_nothing() -> None:
    """Nothing is known of it, and nothing is raised."""
    assert memory.held(2**22 + 1) == 0
    assert memory.held() > 1_000_000


# ---- load -----------------------------------------------------------------------------------------


class Counting(BaseHTTPRequestHandler):
    """Answers every search after a moment, counting how many are at work at once; refuses "bad" questions.

    None is answered before ``awaited`` of them were at work at once, however slow the machine brings them.
    """

    seen: list[str]
    at_once: list[int]
    working = 0
    awaited = 1
    together: threading.Event
    lock = threading.Lock()
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One search."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["query"]
        with self.lock:
            Counting.working += 1
            self.seen.append(question)
            self.at_once.append(Counting.working)
            if Counting.working >= Counting.awaited:
                self.together.set()
        assert self.together.wait(60)
        time.sleep(0.02)
        with self.lock:
            Counting.working -= 1
        self.send_response(500 if question == "bad" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[load.Server]:
    """A server that counts."""
    Counting.seen, Counting.at_once = [], []
    Counting.awaited, Counting.together = 1, threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield load.Server(f"http://127.0.0.1:{http.server_address[1]}/", 0)
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 4])
def test_so_many_clients_ask_at_once(server: load.Server, clients: int) -> None:
    """As many are waiting for an answer as there are clients, never more; all questions are asked in turn."""
    Counting.awaited = clients
    found = load.ask(server, ["a", "b", "c"], clients, 24)
    assert max(Counting.at_once) == clients
    assert Counter(Counting.seen) == {"a": 8, "b": 8, "c": 8}
    assert len(found.milliseconds) == 24
    assert min(found.milliseconds) >= 20
    assert found.per_second == pytest.approx(24 / found.seconds)


def test_an_answer_that_is_an_error_ends_the_measurement(server: load.Server) -> None:
    """A figure over failures would be none."""
    with pytest.raises(CasetroveError, match="'bad': 500"):
        load.ask(server, ["a", "bad"], 2, 4)


def test_a_server_that_does_not_start_is_told_with_its_reason(tmp_path: Path) -> None:
    """What it said on stderr is in the error."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CasetroveError, match="file"), load.serving(tmp_path / "file"):
        pass


# ---- the pipeline ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Two sizes, measured with an encoder that costs nothing."""
    scratch = tmp_path_factory.mktemp("pipeline")
    measured = pipeline.measure(many(30), [1, 3], scratch, silent, hashing=True, rounds=1)
    return [size.as_json() for size in measured]


def test_a_size_holds_so_many_times_the_reports(sizes: list[dict[str, Any]]) -> None:
    """No copy is taken for another source of its original."""
    assert [(size["times"], size["reports"]) for size in sizes] == [(1, 30), (3, 90)]
    assert sizes[1]["passages"] == 3 * sizes[0]["passages"]


def test_all_is_embedded_once_and_what_did_not_change_never(sizes: list[dict[str, Any]]) -> None:
    """A full build embeds every passage, the same again none, ten reports theirs, a sentence one passage."""
    for size in sizes:
        assert size["embedded"] == size["passages"]
        assert size["unchanged"]["embedded"] == 0
        assert size["ten_added"]["embedded"] == size["ten_added"]["passages"] >= 10
        assert size["sentence_changed"]["embedded"] == 1


def test_every_stage_has_seconds_and_memory(sizes: list[dict[str, Any]]) -> None:
    """Stages add up to the whole; each held something."""
    for size in sizes:
        assert set(size["stage_s"]) == set(pipeline.STAGES)
        assert sum(size["stage_s"].values()) == pytest.approx(size["index_s"])
        assert all(seconds > 0 for seconds in size["stage_s"].values())
        assert size["peak_bytes"]["read"] > 1_000_000
        assert size["ten_added"]["share"] == pytest.approx(size["ten_added"]["s"] / size["index_s"])


def test_disk_is_counted_by_part(sizes: list[dict[str, Any]]) -> None:
    """The catalog, the cache and the parts of a generation make up the whole."""
    for size in sizes:
        parts = dict(size["disk_bytes_per_passage"])
        assert {"catalog", "embedding cache", "vectors", "terms"} < set(parts)
        assert parts.pop("all") == pytest.approx(sum(parts.values()))


def test_the_table_says_how_each_figure_grew(sizes: list[dict[str, Any]]) -> None:
    """A column for each size and one for the growth."""
    out = io.StringIO()
    Console(file=out, width=120).print(growth.table(sizes))
    rows = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for line in out.getvalue().splitlines()
            if len(cells := line.strip("│").split("│")) == 4}  # fmt: skip
    assert rows["reports"] == ["30", "90", "3.00×"]
    assert rows["one sentence changed, passages embedded"][:2] == ["1", "1"]
    assert rows["again, passages embedded"] == ["0", "0", ""]
    assert rows["disk, vectors, bytes a passage"][0] != ""


def test_an_encoder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """The option names a folder with an encoder made for it."""
    with pytest.raises(UsageError, match="has no optimised encoder"):
        pipeline.main([tmp_path], data=tmp_path)


@pytest.mark.slow
def test_a_real_server_is_asked_by_1_8_and_32_clients(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole command on the samples, with the program's own encoder: every figure is there."""
    samples = Path(pipeline.__file__).parents[2] / "corpus" / "samples"
    pipeline.main([samples], times=[1], rounds=1, requests=16, as_json=True)
    (size,) = json.loads(capsys.readouterr().out)["sizes"]
    assert set(size["search"]) == {"1", "8", "32"}
    for spent in size["search"].values():
        assert 0 < spent["p50"] <= spent["p95"] <= spent["p99"]
        assert spent["per_s"] > 0
    assert size["server_bytes"] > 10_000_000
    assert size["embedded"] == size["passages"] > size["reports"] > 20
