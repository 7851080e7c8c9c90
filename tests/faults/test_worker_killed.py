"""A worker is killed under load: another one takes its place, and leaves nothing behind."""

import psutil

from tests.faults.conftest import Arena
from tests.faults.leaks import answers, connections_in_use, slots_taken
from tests.faults.load import loaded
from tests.faults.places import answering, until


def test_another_one_takes_its_place(arena: Arena) -> None:
    lost = arena.platform.workers()[0]
    others = [process for process in lost.children(recursive=True) if process.is_running()]
    with loaded(arena.url, "/api/plain", "/api/sold") as load:
        load.wait_for(lambda answers: len(answers) > 100)
        lost.kill()
        until(lambda: lost.pid not in [worker.pid for worker in arena.platform.workers()])
        until(lambda: len(answering(arena.url)) == 2)
        load.wait_for(lambda answers: len(answers) > 100)
    assert set(load.statuses()) == {200}
    # Only those that were on the lost worker's connections.
    assert load.broken <= load.callers
    # The processes of its scripts have nobody to work for.
    until(lambda: not any(psutil.pid_exists(process.pid) for process in others))
    # What it held in Redis ends with its lease at the latest.
    until(lambda: slots_taken(arena) == 0)
    until(lambda: connections_in_use(arena) == 0)
    assert answers(arena)
