"""How much is taken on: the desk that questions are worked on at, and the rate of one caller."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import partial

import pytest

from search_api.web import limits
from search_api.web.limits import CALLER, BusyError, Desk, Rate, TooManyError, TooSlowError, caller_at


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


async def asked(desk: Desk, caller: str, work: Callable[[], str]) -> str:
    """What comes of a caller's work, to be run as a task of its own."""
    CALLER.set(caller)
    return await desk.run(work)


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
            tasks = [asyncio.create_task(asked(desk, name, gate.work(name))) for name in "abc"]
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


class Slow:
    """A desk whose work ends when a test says so; a question's first letter is its caller."""

    def __init__(self, places: int, most: int, timeout_s: float, spare: bool) -> None:
        self.places = places
        self.desk = Desk(places, most, timeout_s, spare=spare)
        self.begun: list[str] = []
        self._new, self._end = threading.Semaphore(0), threading.Semaphore(0)

    async def come(self, names: str) -> list[asyncio.Task[str]]:
        """They come in this order; the first are at work then, as far as places were free."""
        free = self.places - self.desk.running
        tasks = [asyncio.create_task(asked(self.desk, name[0], partial(self._work, name))) for name in names.split()]
        await asyncio.sleep(0)
        for _ in tasks[:free]:
            await asyncio.to_thread(self._new.acquire)
        return tasks

    async def end(self, *, is_last: bool = False) -> None:
        """One that is at work ends, and, unless nobody waits, the next one begins."""
        self._end.release()
        if not is_last:
            await asyncio.to_thread(self._new.acquire)

    async def finish(self) -> list[str]:
        """All are worked on, in the order that comes back."""
        while self.desk.waiting:
            await self.end()
        while self.desk.running:
            await self.end(is_last=True)
            await asyncio.sleep(0)
        return self.begun

    def _work(self, name: str) -> str:
        self.begun.append(name)
        self._new.release()
        assert self._end.acquire(timeout=60)
        return name


def story(
    told: Callable[[Slow], Coroutine[None, None, None]],
    *,
    places: int = 1,
    most: int = 100,
    timeout_s: float = 60,
    spare: bool = False,
) -> None:
    """Let a story about a desk happen."""
    asyncio.run(asyncio.wait_for(told(Slow(places, most, timeout_s, spare)), 60))


class TestTurns:
    """Whose question is next."""

    def test_many_of_one_caller_delay_another_by_the_one_at_work(self) -> None:
        """Whoever comes behind ten of another's is next, and each caller's own stay in their order."""

        async def told(at: Slow) -> None:
            await at.come("a1 a2 a3 a4 a5 a6 a7 a8 a9")
            await at.come("b1 b2")
            await at.come("c1")
            assert await at.finish() == ["a1", "b1", "c1", "a2", "b2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"]

        story(told)

    def test_who_asks_one_after_the_other_waits_for_one_each_time(self) -> None:
        """Though he never has two in line, and is no newcomer: turns are taken, also after a time alone."""

        async def told(at: Slow) -> None:
            await at.come("b1")
            await at.end(is_last=True)
            while at.desk.running:
                await asyncio.sleep(0)
            await at.come("a1 a2 a3 a4 a5 b2")
            await at.end()
            assert at.begun[-1] == "b2"
            await at.end()
            await at.come("b3")
            await at.end()
            assert at.begun[-1] == "b3"
            assert await at.finish() == ["b1", "a1", "b2", "a2", "b3", "a3", "a4", "a5"]

        story(told)

    def test_newcomers_do_not_keep_a_regular_waiting_for_ever(self) -> None:
        """However many come, each for the first time: he has his turn as soon as those who came before him."""

        async def told(at: Slow) -> None:
            await at.come("r1 r2 a1 b1")
            for number, name in enumerate("cdefgh"):
                await at.end()
                await at.come(f"{name}{number}")
            assert "r2" in at.begun
            await at.finish()

        story(told)

    def test_one_caller_cannot_fill_the_line(self) -> None:
        """Half of it is his: beyond that he is told so, and others come in."""

        async def told(at: Slow) -> None:
            tasks = await at.come("a1 a2 a3 a4 b1")
            with pytest.raises(TooManyError, match="2 questions of yours wait already") as refused:
                await tasks[3]
            assert refused.value.after_s > 0
            assert await at.finish() == ["a1", "b1", "a2", "a3"]

        story(told, most=4)

    def test_who_leaves_frees_his_place_in_line_and_loses_no_turn(self) -> None:
        """Questions that are broken off are never begun, do not count, and do not put their caller behind."""

        async def told(at: Slow) -> None:
            tasks = await at.come("a1 b1 b2 c1 c2")
            for task in tasks[1:3]:
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert at.desk.waiting == 2
            await at.come("b3 b4")
            assert await at.finish() == ["a1", "c1", "b3", "c2", "b4"]

        story(told, most=4)

    def test_a_question_whose_time_is_up_frees_its_place_in_line(self) -> None:
        """It waits no more, and its caller may ask anew."""

        async def told(at: Slow) -> None:
            tasks = await at.come("a1 b1 b2")
            for task in tasks:
                with pytest.raises(TooSlowError):
                    await task
            assert (at.desk.running, at.desk.waiting) == (1, 0)
            (late,) = await at.come("b3")
            assert at.desk.waiting == 1
            with pytest.raises(TooSlowError):
                await late
            await at.end(is_last=True)
            while at.desk.running:
                await asyncio.sleep(0)
            assert at.begun == ["a1"]

        story(told, most=4, timeout_s=0.05)

    def test_a_newcomer_has_the_next_place_of_several(self) -> None:
        """Where one caller holds both of two places, the first that is free is another's."""

        async def told(at: Slow) -> None:
            await at.come("a1 a2 a3 a4 b1")
            await at.end()
            assert at.begun[2:] == ["b1"]
            assert sorted(await at.finish()) == ["a1", "a2", "a3", "a4", "b1"]

        story(told, places=2)

    def test_another_is_not_held_up_at_all_where_a_place_is_spare(self) -> None:
        """One caller never has it beside the others; who has fewer at work does, and turns are taken beyond."""

        async def told(at: Slow) -> None:
            await at.come("a1 a2 a3")
            assert (at.desk.running, at.desk.waiting) == (2, 1)
            at.places = 3
            await at.come("b1")
            assert at.begun[2:] == ["b1"]
            assert (at.desk.running, at.desk.waiting) == (3, 1)
            await at.come("b2 c1")
            await at.end()
            assert at.begun[3:] == ["c1"]
            assert sorted(await at.finish()) == ["a1", "a2", "a3", "b1", "b2", "c1"]
            assert (at.desk.running, at.desk.waiting) == (0, 0)

        story(told, places=2, spare=True)
