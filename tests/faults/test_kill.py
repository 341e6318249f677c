"""kill -9 at instants that nobody chose, and many writers at once."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.faulty_disk import Job
from tests.faults.operations import EVERY
from tests.faults.trial import KILLED, Bench, found


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.deep)])
@pytest.mark.parametrize("operation", ["prove", "setup", "powers", "contribution"])
def test_death_at_any_instant(bench: Bench, operation: str, kills: int) -> None:
    """At instants uniform over a healthy run, the files are old or new, and the next run leaves nothing else."""
    usual = sorted(bench.healthy(operation)[1].seconds for _ in range(5))[2]
    instants = random.Random(f"{operation} {kills}")
    codes = [bench.trial(operation, kill_after=instants.uniform(0, usual)).code for _ in range(kills)]
    assert KILLED in codes and set(codes) <= {0, KILLED}


@pytest.mark.parametrize("writers", [10, pytest.param(64, marks=pytest.mark.deep)])
@pytest.mark.parametrize("operations", [("prove", "prove other"), ("setup",), ("export",)], ids="/".join)
def test_many_at_once(bench: Bench, operations: tuple[str, ...], writers: int) -> None:
    """Writers of one name all succeed, and leave one of their files, or one pair that belongs together."""
    with bench.laid(operations[0]) as job:
        jobs = [
            replace(job, operation=operations[number % len(operations)], heard=f"{job.heard}{number}")
            for number in range(writers)
        ]
        for ended, each in zip(bench.server.run(*jobs), jobs, strict=True):
            assert ended.code == 0, Path(each.heard).read_text()
        expect_one_of_theirs(bench, job)


def expect_one_of_theirs(bench: Bench, job: Job) -> None:
    """Nothing but the files of the operation, and they are whole and belong together."""
    row, left = EVERY[job.operation], found(Path(job.folder))
    assert left.keys() == set(row.names)
    row.whole(bench.inputs, row.before(bench.inputs), left)


def test_a_pair_is_one_writers_pair(bench: Bench) -> None:
    """One that falls asleep between its two files keeps the other waiting, who would exchange the first of them."""
    renamed = next(call.number for call in bench.healthy("prove")[0] if call.name == "rename")
    with bench.laid("prove") as job:
        sleeper = replace(job, call=renamed, action="stall:800")
        other = replace(job, operation="prove other", call=1, action="stall:300", heard=f"{job.heard}2")
        assert [ended.code for ended in bench.server.run(sleeper, other)] == [0, 0]
        expect_one_of_theirs(bench, job)


@pytest.mark.parametrize("writers", [6, pytest.param(32, marks=pytest.mark.deep)])
def test_many_at_once_and_some_die(bench: Bench, writers: int) -> None:
    """Those that are killed in between hold nobody up, and the next writer clears what they leave."""
    usual = bench.healthy("prove")[1].seconds
    instants = random.Random(writers)
    with bench.laid("prove") as job:
        jobs = [
            replace(
                job,
                operation=("prove", "prove other")[number % 2],
                heard=f"{job.heard}{number}",
                kill_after=instants.uniform(0, usual * writers / 2) if number % 3 == 0 else None,
            )
            for number in range(writers)
        ]
        for ended, each in zip(bench.server.run(*jobs), jobs, strict=True):
            assert ended.code in ((0,) if each.kill_after is None else (0, KILLED))
        bench.expect_next_run(job)


@pytest.mark.parametrize("writers", [12, pytest.param(64, marks=pytest.mark.deep)])
def test_a_secret_is_taken_once(bench: Bench, writers: int) -> None:
    """Of many that save under one name, one succeeds; the others are told that the name is taken."""
    with bench.laid("device key") as job:
        jobs = [replace(job, heard=f"{job.heard}{number}") for number in range(writers)]
        codes = [ended.code for ended in bench.server.run(*jobs)]
        assert sorted(codes) == [0] + [2] * (writers - 1)
        assert found(Path(job.folder)).keys() == {"device.json"}
