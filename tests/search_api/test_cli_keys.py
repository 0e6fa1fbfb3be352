"""``casetrove keys``, and when ``casetrove serve`` asks for keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import ConfigError
from indexer.folder import DataFolder
from search_api.cli.serve import _names, _proxies, keys_needed
from search_api.keys import Keys

from .conftest import Run

LOOPBACK = ["127.0.0.1", "localhost", "::1", "127.0.0.2"]
ELSEWHERE = ["0.0.0.0", "::", "192.0.2.1", "casetrove.example"]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


class TestKeys:
    """add, list, revoke."""

    def test_a_key_is_shown_once_and_alone_on_stdout(self, run: Run, folder: DataFolder) -> None:
        """What is printed is the key and nothing else, so that it can be piped; the list never has it."""
        made = run("keys", "add", "reading-room", "--scope", "write")
        assert made.code == 0
        found = Keys(folder.keys).find(made.out.strip())
        assert found is not None
        assert (found.name, found.scope) == ("reading-room", "write")
        assert "only time" in made.err
        secret = made.out.strip().rpartition("_")[2]
        for listed in (run("keys", "list"), run("keys", "list", "--json")):
            assert "reading-room" in listed.out
            assert secret not in listed.out

    def test_a_key_may_do_little_unless_said_otherwise(self, run: Run) -> None:
        """The default scope is the least."""
        assert run("keys", "add", "guest", "--json").json()["scope"] == "read"

    def test_json_tells_all_of_a_key_but_its_secret(self, run: Run) -> None:
        """Programs get name, scope, times and whether it is over; on making also the key."""
        made = run("keys", "add", "guest", "--days", "30", "--json").json()
        assert set(made) == {"name", "scope", "key"}
        (listed,) = run("keys", "list", "--json").json()
        assert set(listed) == {"public", "name", "scope", "created", "expires", "used", "expired"}
        assert (listed["name"], listed["expired"], listed["used"]) == ("guest", False, None)

    def test_people_are_told_until_when_a_key_is_good(self, run: Run) -> None:
        """The list says the day, or that it is good for good, and that there is none."""
        assert "no keys" in run("keys", "list").out
        run("keys", "add", "guest", "--days", "1")
        run("keys", "add", "boss", "--scope", "admin")
        out = run("keys", "list").out
        assert "for good" in out
        assert "never" in out

    def test_a_revoked_key_is_gone(self, run: Run, folder: DataFolder) -> None:
        """It is not known any more and not listed."""
        shown = run("keys", "add", "guest").out.strip()
        assert run("keys", "revoke", "guest").code == 0
        assert Keys(folder.keys).find(shown) is None
        assert run("keys", "list", "--json").json() == []
        assert run("keys", "revoke", "guest").code == 1

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            (("add", "a b"), "NAME"),
            (("add", "x", "--scope", "root"), "--scope"),
            (("add", "x", "--days", "0"), "--days"),
        ],
    )
    def test_what_is_wrong_is_named(self, run: Run, folder: DataFolder, arguments: tuple[str, ...], field: str) -> None:
        """Wrong usage exits with 2, names the field and makes nothing."""
        ran = run("keys", *arguments)
        assert ran.code == 2
        assert f"casetrove: {field}:" in ran.err
        assert not folder.keys.exists()


class TestWhenKeysAreNeeded:
    """``serve`` by its address and options."""

    @pytest.mark.parametrize("host", LOOPBACK)
    def test_on_loopback_it_depends_on_whether_there_is_a_key(self, folder: DataFolder, host: str) -> None:
        """Nothing is decided at the start: the first key that is made closes the server."""
        assert keys_needed(folder, host, None) is None

    @pytest.mark.parametrize("host", ELSEWHERE)
    def test_elsewhere_a_server_does_not_start_without_a_key(self, folder: DataFolder, host: str) -> None:
        """It says which command makes one; with one it starts, and asks for it."""
        with pytest.raises(ConfigError, match="`casetrove keys add NAME"):
            keys_needed(folder, host, None)
        Keys(folder.keys).add("boss", "admin")
        assert keys_needed(folder, host, None) is True

    def test_on_loopback_keys_can_be_asked_for(self, folder: DataFolder) -> None:
        """Behind a proxy on the same machine all callers come from loopback, so the option decides."""
        with pytest.raises(ConfigError, match="there is none"):
            keys_needed(folder, "127.0.0.1", True)
        Keys(folder.keys).add("boss", "admin")
        assert keys_needed(folder, "127.0.0.1", True) is True

    def test_no_keys_is_said_aloud(self, folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
        """Who opens a server to a network is warned; on loopback there is nothing to warn of."""
        assert keys_needed(folder, "127.0.0.1", False) is False
        assert capsys.readouterr().err == ""
        assert keys_needed(folder, "0.0.0.0", False) is False
        assert "guard it yourself" in capsys.readouterr().err

    def test_the_command_refuses_and_says_what_to_do(self, run: Run, folder: DataFolder) -> None:
        """``serve --host 0.0.0.0`` in an empty folder ends with the command to be pasted, and listens nowhere."""
        ran = run("serve", "--host", "0.0.0.0", "--port", "0")
        assert (ran.code, ran.out) == (2, "")
        assert "casetrove keys add NAME --scope admin" in ran.err
        assert not folder.root.exists()

    @pytest.mark.parametrize("host", LOOPBACK)
    @pytest.mark.parametrize("needed", [None, False])
    def test_without_keys_loopback_is_called_by_its_own_names_alone(self, host: str, needed: bool | None) -> None:
        """Else a page could make its name point here and read all."""
        assert "*" not in _names(host, needed)
        assert {"127.0.0.1", "localhost", "[::1]"} <= set(_names(host, needed))

    def test_with_keys_a_proxy_may_pass_any_name_on(self) -> None:
        """A page that makes its name point here has no key."""
        assert _names("127.0.0.1", True) == ("*",)
        assert _names("0.0.0.0", True) == ("*",)


class TestProxies:
    """``--trust-proxy``."""

    @pytest.mark.parametrize("given", ["*", "proxy.example", "", "10.0.0.1/8", "127.0.0.1,10.0.0.1"])
    def test_whom_to_believe_is_said_by_address(self, run: Run, given: str) -> None:
        """What is neither an address nor a network is refused, above all everybody."""
        ran = run("serve", "--port", "0", "--trust-proxy", given)
        assert (ran.code, ran.out) == (2, "")
        assert f"--trust-proxy: {given!r}" in ran.err

    def test_addresses_and_networks_are_taken(self) -> None:
        """Of both families."""
        given = ["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]
        assert _proxies(given) == given
