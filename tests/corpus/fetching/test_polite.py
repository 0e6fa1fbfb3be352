"""The client is slow enough, patient enough, and bounded in all it does."""

from __future__ import annotations

import gzip
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from corpus.errors import ConfigError, FetchError
from corpus.fetching.config import PUBLIC_SERVICE, ServiceSettings
from corpus.fetching.polite import ComeBackLaterError, _asked_pause
from tests.corpus.fetching.conftest import Connect, Time
from tests.europepmc import EuropePmc, cut_short, cut_short_unannounced, jats, page_of_html, result, send, status

PATH = "/PMC7001/fullTextXML"
WHOLE = jats(result(1))


def test_requests_keep_the_distance_that_the_rate_asks(epmc: EuropePmc, connect: Connect) -> None:
    """At three a second, each request reaches the service a third of a second or more after the one before."""
    service = connect(requests_per_second=3)
    for number in range(1, 6):
        service.full_text(f"PMC{7000 + number}")
    times = [asked.at for asked in epmc.asked]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 5
    assert all(gap >= 1 / 3 - 1e-9 for gap in gaps)


def test_a_repeated_request_waits_its_turn_too(epmc: EuropePmc, connect: Connect) -> None:
    """Attempts after a trouble count as requests: none comes sooner than the rate allows."""
    epmc.troubles[PATH] = [status(503, Retry_After="0")] * 3
    assert connect(requests_per_second=1).full_text("PMC7001") == WHOLE
    times = [asked.at for asked in epmc.asked]
    assert [round(later - earlier, 6) for earlier, later in pairwise(times)] == [1, 1, 1]


def test_the_user_agent_names_casetrove_and_the_contact(epmc: EuropePmc, connect: Connect) -> None:
    """The service's keepers see who asks and, where it is given, whom to write to."""
    connect().full_text("PMC7001")
    connect(contact="ada@example.org").full_text("PMC7001")
    assert [asked.agent for asked in epmc.asked] == ["casetrove", "casetrove (mailto:ada@example.org)"]


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_a_trouble_that_may_pass_is_waited_out(epmc: EuropePmc, connect: Connect, time: Time, code: int) -> None:
    """After two such answers, with pauses that double, the third attempt has the article."""
    epmc.troubles[PATH] = [status(code), status(code)]
    assert connect().full_text("PMC7001") == WHOLE
    assert time.pauses() == [1.0, 2.0]


def test_pauses_have_jitter_and_a_bound(epmc: EuropePmc, connect: Connect, time: Time) -> None:
    """Chance takes up to half of a pause, and no pause is longer than the longest one allowed."""
    service = connect(max_wait_s=3)
    service._client._chance = lambda: 0.5
    epmc.troubles[PATH] = [status(503)] * 4
    assert service.full_text("PMC7001") == WHOLE
    assert time.pauses() == [0.75, 1.5, 2.25, 2.25]


def test_retry_after_is_honoured(epmc: EuropePmc, connect: Connect, time: Time) -> None:
    """The service's own pause is taken instead of ours."""
    epmc.troubles[PATH] = [status(429, Retry_After="17")]
    assert connect().full_text("PMC7001") == WHOLE
    assert time.pauses() == [17.0]


def test_a_pause_longer_than_a_run_waits_ends_it(epmc: EuropePmc, connect: Connect, time: Time) -> None:
    """Asked to come back in an hour, the client does not ask again, and says when to."""
    epmc.troubles[PATH] = [status(503, Retry_After="3600")]
    with pytest.raises(ComeBackLaterError, match="come back in 3600 s"):
        connect().full_text("PMC7001")
    assert len(epmc.asked) == 1
    assert time.pauses() == []


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    """Both forms of the header are understood, a date gone by is no wait, and nonsense is no wish."""
    ahead = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    assert _asked_pause("5") == 5.0
    assert 7000 < (_asked_pause(ahead) or 0) <= 7200
    assert _asked_pause("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert _asked_pause("Wed, 21 Oct 2015 07:28:00") == 0.0
    for nonsense in (None, "", "soon", "-3", "1e9", "٣", "Wed, 99 Oct 2015"):
        assert _asked_pause(nonsense) is None


def test_an_endless_trouble_is_given_up_with_its_reason(epmc: EuropePmc, connect: Connect) -> None:
    """After the last attempt the error names the address, the last trouble and the number of attempts."""
    epmc.troubles[PATH] = [status(502)] * 9
    with pytest.raises(FetchError, match=r"PMC7001/fullTextXML: answered 502 Bad Gateway \(tried 3 times\)"):
        connect(attempts=3).full_text("PMC7001")
    assert len(epmc.asked) == 3


@pytest.mark.parametrize("code", [400, 401, 403, 410, 414])
def test_a_refusal_is_not_repeated(epmc: EuropePmc, connect: Connect, code: int) -> None:
    """What the service refuses once it refuses always: it is asked once."""
    epmc.troubles[PATH] = [status(code)]
    with pytest.raises(FetchError, match=f"answered {code}"):
        connect().full_text("PMC7001")
    assert len(epmc.asked) == 1


@pytest.mark.parametrize("trouble", [cut_short, cut_short_unannounced, page_of_html])
def test_a_body_that_is_not_the_article_is_asked_for_again(epmc: EuropePmc, connect: Connect, trouble: object) -> None:
    """Half an article, announced or not, and an error page under status 200 are never taken for the article."""
    epmc.troubles[PATH] = [trouble]  # type: ignore[list-item]
    assert connect().full_text("PMC7001") == WHOLE
    assert len(epmc.asked) == 2


def test_an_error_page_for_ever_is_a_failure_that_says_so(epmc: EuropePmc, connect: Connect) -> None:
    """The error names what stood in the article's place."""
    epmc.troubles[PATH] = [page_of_html] * 9
    with pytest.raises(FetchError, match=r"the full text.*tried 5 times"):
        connect().full_text("PMC7001")


def test_a_silent_service_is_not_waited_for_without_end(epmc: EuropePmc, connect: Connect) -> None:
    """An answer that stalls is dropped after the time for one wait, and asked for again."""
    over = threading.Event()

    def stall(request: BaseHTTPRequestHandler, body: bytes) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[:50])
        request.wfile.flush()
        over.wait(20)
        request.close_connection = True

    epmc.troubles[PATH] = [stall]
    try:
        assert connect(stall_s=0.2).full_text("PMC7001") == WHOLE
    finally:
        over.set()
    assert len(epmc.asked) == 2


def test_an_answer_that_drips_is_cut_off_in_all(epmc: EuropePmc, connect: Connect, time: Time) -> None:
    """A service that keeps each wait short but the whole answer long is dropped at the total time."""

    def drip(request: BaseHTTPRequestHandler, body: bytes) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        for start in range(0, len(body), 200):
            time.now += 50
            request.wfile.write(body[start : start + 200])
            request.wfile.flush()

    epmc.troubles[PATH] = [drip] * 2
    with pytest.raises(FetchError, match=r"took longer than 120 s \(tried 2 times\)"):
        connect(attempts=2).full_text("PMC7001")


def test_an_answer_over_the_limit_is_dropped_while_it_comes(epmc: EuropePmc, connect: Connect) -> None:
    """The limit holds for what is unpacked, so a small body that swells is stopped; it is not asked for again."""

    def bomb(request: BaseHTTPRequestHandler, _: bytes) -> None:
        send(request, 200, gzip.compress(b"<article>" + b" " * 4_000_000), Content_Encoding="gzip")

    epmc.troubles[PATH] = [bomb]
    with pytest.raises(FetchError, match="over the limit of 100,000 bytes"):
        connect(max_bytes=100_000).full_text("PMC7001")
    assert len(epmc.asked) == 1


def test_a_packed_answer_that_cannot_be_unpacked_is_asked_for_again(epmc: EuropePmc, connect: Connect) -> None:
    """A damaged compression is a trouble that may pass."""
    epmc.troubles[PATH] = [lambda request, _: send(request, 200, b"no gzip at all", Content_Encoding="gzip")]
    assert connect().full_text("PMC7001") == WHOLE


def test_a_redirect_is_followed_and_a_circle_is_not(epmc: EuropePmc, connect: Connect) -> None:
    """A service that has moved is found; one that leads in a circle is a plain error."""
    epmc.troubles["/PMC1/fullTextXML"] = [status(301, Location=f"{epmc.base}{PATH}")]
    assert connect().full_text("PMC1") == WHOLE
    epmc.troubles["/PMC2/fullTextXML"] = [status(302, Location=f"{epmc.base}/PMC2/fullTextXML")] * 9
    with pytest.raises(FetchError, match="check the base address"):
        connect().full_text("PMC2")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:{other}/secret", "http://localhost:{other}/secret", "//127.0.0.1:{other}/secret",
        "http://127.0.0.1:{own}@127.0.0.1:{other}/", "http://[::ffff:127.0.0.1]:{other}/", "http://0:{other}/",
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1:{other}/",
        "gopher://127.0.0.1:{other}/", "http://127.0.0.1.example:{own}/", "https://127.0.0.1:{other}/",
    ],
)  # fmt: skip
def test_an_answer_does_not_choose_whom_this_machine_asks(epmc: EuropePmc, connect: Connect, elsewhere: str) -> None:
    """Led to another host, port or scheme, the client asks nobody, and says where it was led."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        own = urlsplit(epmc.base).port
        address = elsewhere.format(other=other.getsockname()[1], own=own)
        epmc.troubles[PATH] = [status(302, Location=address)]
        asked = len(epmc.asked)
        with pytest.raises(FetchError, match=r"leads on to|cannot be asked"):
            connect(attempts=1).full_text("PMC7001")
        assert len(epmc.asked) == asked + 1
        with pytest.raises(BlockingIOError):
            other.accept()


def test_addresses_inside_an_answer_are_not_asked(epmc: EuropePmc, connect: Connect) -> None:
    """An article is kept as it came: entities, style sheets and links in it lead nowhere."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        there = f"http://127.0.0.1:{other.getsockname()[1]}/x"
        hostile = (
            f'<?xml version="1.0"?><?xml-stylesheet href="{there}"?>'
            f'<!DOCTYPE article SYSTEM "{there}" [<!ENTITY e SYSTEM "{there}"><!ENTITY % p SYSTEM "{there}"> %p;]>'
            f'<article xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{there}"/>&e;</article>'
        ).encode()
        epmc.troubles[PATH] = [lambda request, _: send(request, 200, hostile)]
        assert connect(attempts=1).full_text("PMC7001") == hostile
        with pytest.raises(BlockingIOError):
            other.accept()


def test_nobody_at_the_address_is_an_error_that_names_it(connect: Connect, time: Time) -> None:
    """A port where nothing listens gives an error of the tree, after the usual attempts."""
    with pytest.raises(FetchError, match=r"127\.0\.0\.1:9/rest/PMC1/fullTextXML: the connection failed"):
        connect(base_url="http://127.0.0.1:9/rest").full_text("PMC1")
    assert time.pauses() == [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("base_url", "ftp://example.org/rest"), ("base_url", "example.org/rest"), ("base_url", "http://"),
        ("base_url", "http://example.org/rest?x=1"), ("base_url", "http://example.org/rest#top"),
        ("base_url", "http://example.org:99999/"), ("base_url", "http://exa mple.org/"), ("base_url", "http://[::1"),
        ("base_url", "file:///etc/passwd"), ("contact", "nobody"), ("contact", "a@b.org\r\nX-Injected: 1"),
        ("contact", "a b@c.org"), ("contact", "ä@b.org"), ("requests_per_second", 0), ("requests_per_second", 11),
        ("requests_per_second", float("nan")), ("attempts", 0), ("stall_s", -1.0), ("total_s", float("inf")),
        ("max_wait_s", 0), ("max_bytes", 0),
    ],
)  # fmt: skip
def test_a_setting_out_of_bounds_is_refused_by_name(setting: str, value: object) -> None:
    """No run starts on an address that is none, or at a rate that is rude."""
    name = {"base_url": "base-url", "contact": "email"}.get(setting, setting)
    with pytest.raises(ConfigError, match=f"^{name}: "):
        ServiceSettings(**{setting: value})  # type: ignore[arg-type]


def test_the_defaults_are_gentle() -> None:
    """The public service, at most three requests a second."""
    assert ServiceSettings().root == PUBLIC_SERVICE
    assert ServiceSettings().requests_per_second <= 3
    assert ServiceSettings(base_url="http://[::1]:8080/rest/").root == "http://[::1]:8080/rest"
