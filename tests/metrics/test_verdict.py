"""The judge: each case from figures given by hand, and from real runs in which it must come about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from simulator.kernel import codes
from simulator.metrics.rows import RowMaker
from simulator.metrics.situation import Situation, Threads, growth
from simulator.metrics.verdict import Judge, judge
from simulator.metrics.verdict_words import Verdict, number, percent, rough, seconds
from simulator.model import parse_configuration, resolve
from simulator.model.scenarios import load_scenarios, scenario_configuration
from simulator.model.simulation import Simulation
from tests.metrics.hand_made import rows


def threads(live: int, **in_state: float) -> Threads:
    """Threads with an average number in each state; the rest are parked."""
    counts = [in_state.get(name, 0.0) for name in codes.STATE_NAMES]
    counts[codes.PARKED] += live - sum(counts)
    return Threads(live, 1 - counts[codes.PARKED] / live, tuple(counts))


HEALTHY = Situation(
    seconds=2.0,
    arrival_rate=600.0,
    throughput=600.0,
    nic_drops=0.0,
    queue_drops=0.0,
    oldest_drops=0.0,
    in_flight=7,
    queue_depth=0,
    queue_capacity=1000,
    queue_mean=0.5,
    queue_growth=0.0,
    ring_depth=0,
    ring_slots=256,
    io_threads=threads(2, running=0.02),
    workers=threads(8, running=0.6, calling=5.4),
    cores=4,
    cores_busy=0.15,
    cores_switching=0.001,
    lock_held=0.001,
    lock_is_fair=False,
    connections=0,
    overflow="reject",
    process="poisson",
    mean_rate=600.0,
    users=100,
)
CALLING = replace(
    HEALTHY, arrival_rate=920.0, throughput=800.0, workers=threads(8, running=0.8, calling=7.2), in_flight=300
)
GROWING = replace(CALLING, queue_depth=280, queue_growth=120.0)
COMPUTING = threads(8, running=7.6, calling=0.4)

CASES: dict[str, tuple[Situation, str, str, str, str]] = {
    "healthy": (
        HEALTHY,
        "healthy",
        "ok",
        "",
        "Healthy: workers 75 % busy, cores 15 %, the queue is nearly empty; about 200 more requests/s fit.",
    ),
    "healthy, the lock would be used up first": (
        replace(HEALTHY, lock_held=0.8),
        "healthy",
        "ok",
        "",
        "Healthy: workers 75 % busy, cores 15 %, the queue is nearly empty; "
        "about 150 more requests/s fit until the queue's lock is used up.",
    ),
    "healthy, users": (
        replace(HEALTHY, process="closed"),
        "healthy",
        "ok",
        "",
        "Healthy: 100 users get 600 answers/s; workers 75 % busy, cores 15 %, the queue is nearly empty.",
    ),
    "pure queueing has no cores to speak of": (
        replace(HEALTHY, cores=0, queue_mean=3.4),
        "healthy",
        "ok",
        "",
        "Healthy: workers 75 % busy, 3 jobs wait in the queue on average; about 200 more requests/s fit.",
    ),
    "silence": (
        replace(HEALTHY, arrival_rate=0.0, throughput=0.0, in_flight=0, seconds=5.0),
        "silence",
        "ok",
        "arrivals",
        "No request arrived in the last 5 s: the server has nothing to do.",
    ),
    "the last ones": (
        replace(HEALTHY, arrival_rate=0.0, in_flight=1),
        "finishing",
        "ok",
        "arrivals",
        "No new requests arrive; 1 is still being served.",
    ),
    "warn before the knee": (
        replace(HEALTHY, workers=threads(8, running=0.8, calling=6.4)),
        "near_workers",
        "watch",
        "workers",
        "The workers are nearly used up: 90 % busy; about 67 more requests/s fit, "
        "and waits rise well before.",
    ),
    "the cores before the knee": (
        replace(HEALTHY, cores_busy=0.92),
        "near_cores",
        "watch",
        "cores",
        "The cores are nearly used up: 92 % busy; about 52 more requests/s fit, and waits rise well before.",
    ),
    "connections before the knee": (
        replace(HEALTHY, connections=6),
        "near_connections",
        "watch",
        "backend",
        "The connection pool is nearly used up: 90 % in use; "
        "about 67 more requests/s fit, and waits rise well before.",
    ),
    "the issue's own example": (
        GROWING,
        "workers_calling",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, "
        "while the cores are 15 % busy; the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "full already, and stable": (
        replace(CALLING, queue_depth=14),
        "workers_calling",
        "watch",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, "
        "while the cores are 15 % busy; 14 jobs wait in the queue.",
    ),
    "rejecting": (
        replace(CALLING, queue_depth=1000, queue_drops=120.0),
        "workers_calling",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, "
        "while the cores are 15 % busy; the queue is full and 120 requests/s are rejected.",
    ),
    "throwing the oldest away": (
        replace(CALLING, queue_depth=1000, oldest_drops=1234.0),
        "workers_calling",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, "
        "while the cores are 15 % busy; the queue is full and its oldest 1,230 jobs/s are thrown away.",
    ),
    "back-pressure reaches the card": (
        replace(
            CALLING,
            queue_depth=1000,
            nic_drops=118.0,
            io_threads=threads(2, running=0.02, waiting_space=1.97),
        ),
        "workers_calling",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, while the cores are "
        "15 % busy; the queue is full, so 2 of 2 I/O threads wait for room and the card drops 118 packets/s.",
    ),
    "I/O threads run jobs": (
        replace(CALLING, queue_mean=999.0, overflow="caller_runs", io_threads=threads(2, calling=1.9)),
        "workers_calling",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, "
        "while the cores are 15 % busy; the queue is full, so I/O threads run jobs themselves.",
    ),
    "computing while cores idle": (
        replace(GROWING, workers=COMPUTING, cores=16, cores_busy=0.5),
        "workers_computing",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy, all of them computing, while the cores are 50 % busy "
        "and could run more; the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "one worker": (
        replace(GROWING, workers=threads(1, running=0.1, calling=0.9), cores=1),
        "workers_calling",
        "bad",
        "workers",
        "The only worker is the bottleneck: always busy, 90 % of the time waiting for the backend, "
        "while the core is 15 % busy; the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "mixed": (
        replace(GROWING, workers=threads(8, running=3, calling=3, waiting_lock=2), cores_busy=0.9),
        "workers_busy",
        "bad",
        "workers",
        "Workers are the bottleneck: all 8 busy (3 waiting for the backend, 3 computing, "
        "2 waiting for the lock); the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "connection pool": (
        replace(GROWING, workers=threads(16, running=1, calling=5, waiting_connection=10), connections=5),
        "connections",
        "bad",
        "backend",
        "The connection pool is the bottleneck: all 5 in use, and 10 of 16 workers wait for a connection; "
        "the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "cores": (
        replace(GROWING, workers=threads(16, running=4, ready=12), cores_busy=1.0, cores_switching=0.2),
        "cores",
        "bad",
        "cores",
        "The cores are the bottleneck: all 4 busy, 20 % of it spent on switching, and 12 threads are waiting "
        "for one; the queue grows by 120 jobs/s and is full in 6 s.",
    ),
    "I/O threads": (
        replace(HEALTHY, io_threads=threads(2, running=2), nic_drops=186.0, ring_depth=256),
        "io_threads",
        "bad",
        "io_threads",
        "I/O threads are the bottleneck: both busy, while the workers are 75 % busy; "
        "the card's ring is full and drops 186 packets/s.",
    ),
    "lock": (
        replace(
            HEALTHY,
            lock_held=0.97,
            workers=threads(32, waiting_lock=4),
            io_threads=threads(2, waiting_lock=1.2, running=0.8),
            nic_drops=90.0,
        ),
        "lock",
        "bad",
        "queue",
        "The queue's lock is the bottleneck: held 97 % of the time, and 5 threads wait for it; "
        "the card's ring is full and drops 90 packets/s.",
    ),
    "convoy": (
        replace(
            HEALTHY, lock_held=1.0, lock_is_fair=True, workers=threads(32, waiting_lock=5), queue_depth=1
        ),
        "lock",
        "watch",
        "queue",
        "The queue's lock is the bottleneck: held 100 % of the time, handed from sleeper to sleeper "
        "(a convoy), and 5 threads wait for it; 1 job waits in the queue.",
    ),
    "queue too short for the bursts": (
        replace(HEALTHY, queue_drops=20.0),
        "queue_too_short",
        "bad",
        "queue",
        "The queue is too short for the bursts: 20 requests/s are lost there, "
        "while the workers are 75 % busy.",
    ),
    "ring too small for the bursts": (
        replace(HEALTHY, nic_drops=20.0),
        "ring_too_small",
        "bad",
        "nic",
        "The card's ring is too small for the bursts: it drops 20 packets/s, "
        "while the I/O threads are 1 % busy.",
    ),
    "bursts back up": (
        replace(HEALTHY, nic_drops=20.0, io_threads=threads(2, running=0.02, waiting_space=0.5)),
        "back_pressure",
        "bad",
        "queue",
        "Bursts back up: the queue is full at times, I/O threads wait for room, and the card drops "
        "20 packets/s, while the workers are 75 % busy.",
    ),
    "a burst": (
        replace(GROWING, process="spike", arrival_rate=1800.0, queue_growth=1000.0),
        "burst",
        "watch",
        "arrivals",
        "A burst: 1,800 requests/s arrive, the server completes 800/s; "
        "the queue grows by 1,000 jobs/s and is full in 720 ms.",
    ),
    "a burst that overflows": (
        replace(GROWING, process="bursty", arrival_rate=1800.0, queue_drops=900.0),
        "burst",
        "bad",
        "arrivals",
        "A burst: 1,800 requests/s arrive, the server completes 800/s; "
        "the queue is full and 900 requests/s are rejected.",
    ),
    "recovery": (
        replace(CALLING, arrival_rate=600.0, queue_depth=2400, queue_capacity=10_000, queue_growth=-200.0),
        "recovering",
        "watch",
        "queue",
        "Recovering: the queue drains by 200 jobs/s, about 12 s left (2,400 jobs wait).",
    ),
    "recovery with room to spare": (
        replace(HEALTHY, queue_depth=500, queue_growth=-1000.0),
        "recovering",
        "watch",
        "queue",
        "Recovering: the queue drains by 1,000 jobs/s, about 500 ms left (500 jobs wait).",
    ),
    "a long queue beside idle workers": (
        replace(HEALTHY, queue_depth=950),
        "long_queue",
        "bad",
        "queue",
        "The queue is 95 % full, with workers 75 % busy.",
    ),
    "users that wait": (
        replace(CALLING, process="closed", in_flight=192, queue_depth=184),
        "workers_calling",
        "watch",
        "workers",
        "Workers are the bottleneck: all 8 busy, 7 of them waiting for the backend, while the cores are "
        "15 % busy; 192 users wait for an answer and will not send more until then.",
    ),
    "no workers": (
        replace(HEALTHY, workers=Threads(0, 0.0, (0.0,) * codes.STATES), queue_depth=3),
        "no_workers",
        "watch",
        "workers",
        "There are no workers: nothing takes jobs from the queue; 3 jobs wait in the queue.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case(name: str) -> None:
    given, code, severity, component, sentence = CASES[name]
    found = judge(given)
    assert found.sentence == sentence
    assert (found.code, found.severity, found.component) == (code, severity, component)
    assert judge(given) == found


@pytest.mark.parametrize("name", CASES)
def test_the_figures_hold_every_number_of_the_sentence(name: str) -> None:
    given = CASES[name][0]
    figures = judge(given).figures
    assert all(value is None or isinstance(value, (int, float)) for value in figures.values())
    values = [abs(float(value)) for value in figures.values() if value is not None]
    # A page adds these two up itself.
    calling = figures.get("workers_calling", 0) + figures.get("workers_waiting_connection", 0)
    values += [calling, calling / max(figures["workers"], 1)]
    known = {
        digits
        for value in values
        for words in (number(value), rough(value), percent(value), seconds(value), f"{int(value + 0.5):,}")
        for digits in re.findall(r"[\d.,]*\d", words)
    }
    shown = re.findall(r"[\d.,]*\d", judge(given).sentence)
    assert shown or name == "silence"
    assert set(shown) <= known


class TestWords:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (0.21, "0.21"),
            (7.5, "7.50"),
            (12.34, "12.3"),
            (120.4, "120"),
            (1234.5, "1,230"),
            (98765, "98,800"),
        ],
    )
    def test_three_figures(self, value: float, text: str) -> None:
        assert number(value) == text

    @pytest.mark.parametrize(("value", "text"), [(3.21, "3.2"), (208.2, "210"), (1649, "1,600"), (10, "10")])
    def test_two_figures(self, value: float, text: str) -> None:
        assert rough(value) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [(1.0, "100 %"), (0.999, "99 %"), (0.0, "0 %"), (0.004, "under 1 %"), (0.996, "99 %")],
    )
    def test_the_ends_are_said_only_when_true(self, value: float, text: str) -> None:
        assert percent(value) == text

    @pytest.mark.parametrize(
        ("value", "text"), [(0.0001, "under 1 ms"), (0.25, "250 ms"), (12.4, "12 s"), (600, "10 min")]
    )
    def test_times_ahead(self, value: float, text: str) -> None:
        assert seconds(value) == text


class TestGrowth:
    def test_it_is_the_change_of_the_queue_in_time(self) -> None:
        part = rows({"interval_ns": 2 * 10**9, "arrivals": 1200, "completed": 800, "queue_depth": 500})
        assert growth(part.values[0], 100) == 200
        assert growth(part.values[0], 900) == -200

    def test_chance_is_no_growth(self) -> None:
        part = rows({"interval_ns": 2 * 10**9, "arrivals": 1200, "completed": 1200, "queue_depth": 140})
        assert growth(part.values[0], 0) == 0
        few = rows({"interval_ns": 10**9, "queue_depth": 5})
        assert growth(few.values[0], 0) == 0
        assert growth(few.values[0], 11) == -6


class Watched:
    """A real run and its judge."""

    def __init__(self, configuration: Any) -> None:
        self.simulation = Simulation(configuration)
        self._rows, self._judge = RowMaker(), Judge()

    def at(self, simulated_seconds: float) -> Verdict:
        end_ns = round(simulated_seconds * 1e9)
        while self.simulation.advance(end_ns).reason == "drain":
            self._judge.add(self._rows.rows(self.simulation.drain(), 1.0))
        self._judge.add(self._rows.rows(self.simulation.drain(), 1.0))
        return self._judge.verdict(self.simulation.configuration)

    def edit(self, **changes: Any) -> None:
        self.simulation.edit({key.replace("__", "."): value for key, value in changes.items()})
        self._judge.edited()


def watched(**changes: Any) -> Watched:
    return Watched(parse_configuration({key.replace("__", "."): value for key, value in changes.items()}))


class TestRealRuns:
    def test_nothing_to_say_before_the_first_sample(self) -> None:
        run = watched()
        assert run.at(0.05).code == "starting"

    def test_the_default_scenario_is_healthy_with_a_quarter_to_spare(self) -> None:
        found = watched().at(30)
        assert (found.code, found.severity) == ("healthy", "ok")
        assert found.figures["headroom_per_second"] == pytest.approx(200, rel=0.25)

    def test_halving_the_workers_is_seen_within_a_second_and_undone_as_fast(self) -> None:
        run = watched(queue__capacity=10_000)
        assert run.at(30).severity == "ok"
        run.edit(workers__count=4)
        found = run.at(31)
        assert (found.code, found.severity, found.component) == ("workers_calling", "bad", "workers")
        assert found.figures["queue_growth_per_second"] == pytest.approx(200, rel=0.4)
        assert "all 4 busy" in found.sentence
        run.at(40)
        run.edit(workers__count=16)
        found = run.at(41)
        assert found.code == "recovering"
        assert found.figures["queue_growth_per_second"] < -500
        assert run.at(60).code == "healthy"

    @pytest.mark.parametrize(
        ("changes", "code", "component", "words"),
        [
            ({"queue__overflow": "reject"}, "workers_calling", "workers", "requests/s are rejected"),
            ({"queue__overflow": "drop_oldest"}, "workers_calling", "workers", "thrown away"),
            ({"queue__overflow": "caller_runs"}, "workers_calling", "workers", "run jobs themselves"),
            (
                {"queue__overflow": "block"},
                "workers_calling",
                "workers",
                "2 of 2 I/O threads wait for room and the card drops",
            ),
        ],
    )
    def test_each_overflow_policy_has_its_consequence(
        self, changes: dict[str, Any], code: str, component: str, words: str
    ) -> None:
        found = watched(workers__count=4, queue__capacity=50, nic__ring_slots=64, **changes).at(20)
        assert (found.code, found.severity, found.component) == (code, "bad", component)
        assert words in found.sentence

    @pytest.mark.parametrize(
        ("changes", "code", "component"),
        [
            (
                {"job__cpu__mean_seconds": 0.013, "job__call__mean_seconds": 0.001, "cpu__cores": 16},
                "workers_computing",
                "workers",
            ),
            (
                {
                    "job__cpu__mean_seconds": 0.009,
                    "job__call__mean_seconds": 0.001,
                    "cpu__cores": 4,
                    "workers__count": 16,
                },
                "cores",
                "cores",
            ),
            ({"workers__count": 16, "job__call__connections": 5}, "connections", "backend"),
            ({"io__cpu_per_request_seconds": 0.005}, "io_threads", "io_threads"),
            (
                {
                    "queue__fairness": "fair",
                    "queue__hold_seconds": 0.0005,
                    "queue__handoff_seconds": 0.0005,
                    "arrivals__rate_per_second": 900,
                    "workers__count": 32,
                },
                "lock",
                "queue",
            ),
            (
                {
                    "queue__hold_seconds": 0.0006,
                    "arrivals__rate_per_second": 900,
                    "workers__count": 32,
                    "cpu__cores": 8,
                },
                "lock",
                "queue",
            ),
            ({"queue__capacity": 2}, "queue_too_short", "queue"),
            ({"arrivals__rate_per_second": 0}, "silence", "arrivals"),
            ({"arrivals__rate_per_second": 750}, "near_workers", "workers"),
            ({"arrivals__process": "closed", "arrivals__users": 1000}, "workers_calling", "workers"),
            ({"arrivals__process": "closed"}, "healthy", ""),
        ],
    )
    def test_each_bottleneck_is_named(self, changes: dict[str, Any], code: str, component: str) -> None:
        found = watched(**changes).at(20)
        assert (found.code, found.component) == (code, component)

    def test_a_spike_is_a_burst_then_a_recovery_then_over(self) -> None:
        run = Watched(scenario_configuration("spike"))
        assert run.at(9.5).code == "healthy"
        during = run.at(13)
        assert (during.code, during.component) == ("burst", "arrivals")
        after = run.at(22)
        assert after.code == "recovering"
        # 5000 jobs came too many, worked off at 200 a second.
        assert after.figures["seconds_left"] == pytest.approx(5000 / 200 - 7, rel=0.35)
        assert run.at(55).code == "healthy"

    def test_silence_after_traffic(self) -> None:
        run = watched()
        run.at(5)
        run.edit(arrivals__rate_per_second=0)
        assert run.at(6).code == "silence"

    @pytest.mark.parametrize("scenario", list(load_scenarios()))
    def test_every_scenario_gets_a_plain_sentence(self, scenario: str) -> None:
        run = Watched(scenario_configuration(scenario))
        for time in (0.1, 0.3, 3, 12, 20):
            found = run.at(time)
            assert found.sentence[0].isupper()
            assert found.sentence.endswith(".")
            assert "nan" not in found.sentence
            assert len(found.sentence) < 230
            assert found.severity in ("ok", "watch", "bad")


class TestTheWindow:
    def test_it_does_not_matter_how_samples_arrive(self) -> None:
        one, other = watched(workers__count=4), watched(workers__count=4)
        for tenth in range(1, 101):
            one.at(tenth / 10)
        assert one.at(10).code == other.at(10).code == "workers_calling"

    def test_samples_longer_than_the_window_are_judged_by_the_last_one(self) -> None:
        judge_ = Judge()
        configuration = resolve(parse_configuration({}))
        judge_.add(rows({"interval_ns": 10 * 10**9, "arrivals": 6000, "completed": 0, "queue_depth": 900}))
        judge_.add(rows({"interval_ns": 10 * 10**9, "arrivals": 0, "queue_depth": 900, "in_flight": 900}))
        found = judge_.verdict(configuration)
        assert found.code == "finishing"
        assert found.figures["window_seconds"] == 10

    def test_a_window_is_two_seconds_of_a_busy_run_and_five_of_a_quiet_one(self) -> None:
        assert watched().at(20).figures["window_seconds"] == pytest.approx(2, abs=0.3)
        quiet = watched(arrivals__rate_per_second=2).at(20)
        assert quiet.figures["window_seconds"] == pytest.approx(5, abs=0.3)

    def test_what_was_before_an_edit_counts_until_half_a_second_after_it(self) -> None:
        run = watched()
        run.at(10)
        run.edit(arrivals__rate_per_second=0)
        assert run.at(10.3).figures["arrival_rate_per_second"] > 400
        later = run.at(10.6)
        assert later.figures["arrival_rate_per_second"] == 0
        assert later.figures["window_seconds"] == pytest.approx(0.6, abs=0.11)

    def test_many_samples_at_once_cost_little(self) -> None:
        judge_ = Judge()
        judge_.add(rows(*[{"interval_ns": 10**6, "arrivals": 1, "completed": 1} for _ in range(20_000)]))
        found = judge_.verdict(resolve(parse_configuration({})))
        assert found.figures["arrival_rate_per_second"] == 1000
        assert found.figures["window_seconds"] < 5.01
