"""How much is taken on: the desk that questions are worked on at, and the rate of one caller."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from search_api.web import limits
from search_api.web.limits import BusyError, Desk, Rate, TooManyError, TooSlowError, caller_at


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


class Gate:
    """Work that waits while the gate is shut, and notes that it was begun."""

    def __init__(self) -> None:
        self._gate = threading.Event()
        self.begun: list[str] = []
        self._new = threading.Condition()

    def work(self, name: str) -> Callable[[], str]:
        """Work that gives its name."""

        def wait() -> str:
            with self._new:
                self.begun.append(name)
                self._new.notify_all()
            assert self._gate.wait(60)
            return name

        return wait

    def open(self) -> None:
        """Let all go on."""
        self._gate.set()

    def until_begun(self, number: int) -> None:
        """Wait until so many were begun."""
        with self._new:
            assert self._new.wait_for(lambda: len(self.begun) >= number, 60)


class TestRate:
    """``Rate``."""

    def test_a_caller_may_make_a_burst_and_then_the_rate(self) -> None:
        """Thirty at once of ten a second, then one each tenth of a second."""
        clock = Clock()
        rate = Rate(10, clock)
        for _ in range(30):
            rate.take("a")
        for _ in range(5):
            with pytest.raises(TooManyError):
                rate.take("a")
            clock.now += 0.1
            rate.take("a")

    def test_each_caller_has_his_own(self) -> None:
        """What one used up the other still has."""
        rate = Rate(1, Clock())
        for _ in range(10):
            rate.take("a")
        with pytest.raises(TooManyError):
            rate.take("a")
        rate.take("b")

    def test_a_refusal_says_when_to_come_back_and_then_it_is_true(self) -> None:
        """After the seconds that were told, the same request is let in; before, it was not counted."""
        clock = Clock()
        rate = Rate(0.5, clock)
        rate.take("a", 9)
        for _ in range(3):
            with pytest.raises(TooManyError) as refused:
                rate.take("a", 5)
        assert refused.value.after_s == 8
        assert "8 s" in str(refused.value)
        clock.now += refused.value.after_s
        rate.take("a", 5)

    def test_rest_is_not_hoarded(self) -> None:
        """Who was silent for a day may not ask a day's worth at once."""
        clock = Clock()
        rate = Rate(10, clock)
        rate.take("a")
        clock.now += 86_400
        for _ in range(30):
            rate.take("a")
        with pytest.raises(TooManyError):
            rate.take("a")

    def test_the_costliest_request_can_always_be_made(self) -> None:
        """However low the rate, a rested caller is let in with whatever any operation costs."""
        from search_api.web.operations import NEEDS

        Rate(0.001, Clock()).take("a", max(needs.cost for needs in NEEDS.values()))

    def test_callers_are_forgotten_the_longest_silent_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Memory is bounded, though each request came from another address."""
        monkeypatch.setattr(limits, "_MOST_CALLERS", 100)
        rate = Rate(1, Clock())
        rate.take("regular", 9)
        for number in range(1000):
            rate.take(f"passer-by {number}")
            if number % 50 == 0:
                rate.take("regular", 0.01)
        assert len(rate) == 100
        with pytest.raises(TooManyError):
            rate.take("regular", 5)

    @pytest.mark.parametrize(
        ("address", "caller"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("::1", "::/64"),
            ("testclient", "unknown"),
            ("", "unknown"),
        ],
    )
    def test_one_site_is_one_caller(self, address: str, caller: str) -> None:
        """An IPv6 site has more addresses than anyone can count, so it counts as one."""
        assert caller_at(address) == caller


class TestDesk:
    """``Desk``."""

    def test_what_work_gives_and_raises_comes_back(self) -> None:
        """Results and errors alike, a TimeoutError of its own too, which is not taken for the desk's."""

        def broken() -> None:
            raise LookupError("inside")

        def own_timeout() -> None:
            raise TimeoutError("its own")

        async def story() -> None:
            desk = Desk(2, 10, 60)
            assert await desk.run(lambda: 7) == 7
            with pytest.raises(LookupError, match="inside"):
                await desk.run(broken)
            with pytest.raises(TimeoutError, match="its own"):
                await desk.run(own_timeout)
            assert (desk.running, desk.waiting) == (0, 0)

        asyncio.run(story())

    def test_others_wait_in_the_order_of_their_coming(self) -> None:
        """Two are worked on at once; the line is told, and kept."""
        gate = Gate()

        async def story() -> list[str]:
            desk = Desk(2, 10, 60)
            tasks = []
            for name in "abcde":
                tasks.append(asyncio.create_task(desk.run(gate.work(name))))
                await asyncio.sleep(0)
            await asyncio.to_thread(gate.until_begun, 2)
            assert (desk.running, desk.waiting) == (2, 3)
            gate.open()
            return await asyncio.gather(*tasks)

        assert asyncio.run(story()) == list("abcde")
        assert sorted(gate.begun[:2]) == ["a", "b"]
        assert sorted(gate.begun[2:]) == ["c", "d", "e"]

    def test_too_long_a_line_is_refused(self) -> None:
        """Who comes when the line is full is told at once, and those in it are served."""
        gate = Gate()

        async def story() -> None:
            desk = Desk(1, 2, 60)
            tasks = [asyncio.create_task(desk.run(gate.work(name))) for name in "abc"]
            await asyncio.to_thread(gate.until_begun, 1)
            with pytest.raises(BusyError, match="2 others wait already") as refused:
                await desk.run(gate.work("d"))
            assert refused.value.after_s > 0
            gate.open()
            assert await asyncio.gather(*tasks) == ["a", "b", "c"]
            assert await desk.run(gate.work("e")) == "e"

        asyncio.run(story())
        assert "d" not in gate.begun

    def test_without_a_line_who_finds_the_desk_free_is_served(self) -> None:
        """With no place to wait, the second at once is refused, and the next after it is not."""
        gate = Gate()

        async def story() -> None:
            desk = Desk(1, 0, 60)
            first = asyncio.create_task(desk.run(gate.work("first")))
            await asyncio.to_thread(gate.until_begun, 1)
            with pytest.raises(BusyError):
                await desk.run(gate.work("second"))
            gate.open()
            assert await first == "first"
            assert await desk.run(gate.work("third")) == "third"

        asyncio.run(story())

    def test_a_question_that_takes_too_long_is_given_up_and_keeps_its_place(self) -> None:
        """Its asker is told; its thread is counted until it ends, and what waited behind it was never begun."""
        gate = Gate()

        async def story() -> None:
            desk = Desk(1, 10, 0.05)
            slow = asyncio.create_task(desk.run(gate.work("slow")))
            await asyncio.to_thread(gate.until_begun, 1)
            with pytest.raises(TooSlowError, match=r"no answer within 0\.05 s"):
                await desk.run(gate.work("behind"))
            with pytest.raises(TooSlowError):
                await slow
            assert (desk.running, desk.waiting, desk.overdue) == (1, 0, 1)
            gate.open()
            while desk.running or desk.overdue:
                await asyncio.sleep(0.001)
            assert gate.begun == ["slow"]

        asyncio.run(asyncio.wait_for(story(), 60))

    def test_work_that_ends_just_too_late_is_too_slow_as_any_other(self) -> None:
        """Where the time is up and the work has ended before anyone looked, it is the desk's bound that is told."""
        gate = Gate()

        async def story() -> None:
            desk = Desk(1, 10, 0.05)
            slow = asyncio.create_task(desk.run(gate.work("slow")))
            await asyncio.to_thread(gate.until_begun, 1)
            end = asyncio.get_running_loop().time() + 0.1
            while asyncio.get_running_loop().time() < end:  # the loop itself is held up over the end of the time
                threading.Event().wait(0.01)
            gate.open()
            for _ in range(6000):
                if not desk.running:
                    break
                threading.Event().wait(0.01)
            with pytest.raises(TooSlowError):
                await slow

        asyncio.run(asyncio.wait_for(story(), 60))

    def test_an_asker_who_leaves_takes_his_question_along(self) -> None:
        """A request that is broken off is out of the line."""
        gate = Gate()

        async def story() -> None:
            desk = Desk(1, 10, 60)
            first = asyncio.create_task(desk.run(gate.work("first")))
            await asyncio.to_thread(gate.until_begun, 1)
            leaving = asyncio.create_task(desk.run(gate.work("leaving")))
            await asyncio.sleep(0)
            assert desk.waiting == 1
            leaving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leaving
            assert desk.waiting == 0
            gate.open()
            await first

        asyncio.run(story())
        assert gate.begun == ["first"]
