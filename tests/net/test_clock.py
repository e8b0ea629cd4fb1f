"""A router without a clock: releases count in time since boot and keep what is left of them
through a reboot; events of before the clock is right are counted under the right hour.

Portal's clocks are made up by fakeclock.c; the machine's own clock is never touched.
"""
from database import Database
from harness import wait_for
from router import MORNING, Router

EIGHT_MONTHS = 245 * 86400
HOUR = 3600


def hour_of(seconds):
    return seconds - seconds % HOUR


def time_left(lab, phone):
    return lab.gate.released()[phone.mac]


def counted_by_hour(lab):
    """{hour: acknowledged}, once nothing waits for the clock any more."""
    def settled():
        found = Database(lab)
        return not found.pending and not found.owed and found
    hours = wait_for("all events to have their hour", settled, 10, 0.1).hours
    for hour, events in hours.items():
        assert events.get("acknowledged") == events.get("released"), f"{hour}: {events}"
    return {hour: events["acknowledged"] for hour, events in hours.items()}


def test_clock_jumps_forward_eight_months_after_boot():
    """One visitor before it, two hours before; one after it. Both hours are right."""
    with Router() as router:
        lab = router.lab
        router.boot(wall=MORNING - EIGHT_MONTHS)
        before = router.visitor()
        left = time_left(lab, before)
        assert 12 * HOUR - 5 <= left <= 12 * HOUR
        wait_for("it to be counted", lambda: Database(lab).pending.get("released") == 1)
        assert not Database(lab).hours, "counted under an hour that nobody knows yet"
        router.pass_time(2 * HOUR)
        router.clock_is_set(MORNING + 2 * HOUR)
        assert before.is_online() and left - 5 <= time_left(lab, before) <= left
        router.visitor()
        assert counted_by_hour(lab) == {hour_of(MORNING): 1, hour_of(MORNING + 2 * HOUR): 1}
        assert before.is_online() and left - 10 <= time_left(lab, before) <= left


def check_left(lab, expected, slack=40):
    released = lab.gate.released()
    for phone, left in expected.items():
        assert left - slack <= released[phone.mac] <= left, \
            f"{released[phone.mac]} s are left, not {left}"
        assert phone.is_online()


def reboot(end):
    """A second life of the router that believes for a while that it is March."""
    with Router() as router:
        lab = router.lab
        router.boot(wall=MORNING, since=40 * 86400, synchronised=True)
        old = router.visitor()
        router.pass_time(5 * HOUR)
        young = router.visitor()
        wait_for("both to be counted", lambda: Database(lab).owed == 0)
        end(router)
        router.boot(wall=MORNING - EIGHT_MONTHS)
        assert set(lab.gate.released()) == {old.mac, young.mac}
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR})
        last = router.visitor()
        router.clock_is_set(MORNING + 5 * HOUR + 600)
        lab.gate.ctl("release", last.mac)
        assert counted_by_hour(lab) == {hour_of(MORNING): 1, hour_of(MORNING + 5 * HOUR): 2}
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR, last: 12 * HOUR})
        lab.gate.restart()
        check_left(lab, {old: 7 * HOUR, young: 12 * HOUR, last: 12 * HOUR})


def test_reboot_with_a_clock_eight_months_behind_after_a_power_cut():
    reboot(Router.power_cut)


def test_reboot_with_a_clock_eight_months_behind_after_a_clean_stop():
    reboot(lambda router: router.lab.gate.stop())


def test_reboot_the_time_off_is_not_taken_from_the_release():
    """Off for a night: nobody was online meanwhile, and the clock that could tell is wrong."""
    with Router(phones=1) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.power_cut()
        router.boot(wall=MORNING + 11 * HOUR, synchronised=True)
        assert 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR


def test_same_boot_the_time_between_counts():
    """gate alone was down, for three hours: the release goes on meanwhile."""
    with Router(phones=1) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.power_cut()
        router.pass_time(3 * HOUR)
        router.lab.gate.start()
        assert 9 * HOUR - 15 <= time_left(router.lab, phone) <= 9 * HOUR
        router.power_cut()
        router.pass_time(9 * HOUR)
        router.lab.gate.start()
        assert not router.lab.gate.released() and not Database(router.lab).leases


def test_clock_set_back_changes_no_release():
    with Router(phones=2) as router:
        router.boot(wall=MORNING, synchronised=True)
        phone = router.visitor()
        router.clock_is_set(MORNING - 400 * 86400)
        router.visitor()
        assert phone.is_online() and 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR
        wait_for("it to be counted", lambda: Database(router.lab).owed == 0)
        router.lab.gate.restart()
        assert 12 * HOUR - 15 <= time_left(router.lab, phone) <= 12 * HOUR
