"""Chaos in short, against the stand-in and against the collector with its PostgreSQL."""
import os
import random

import chaos
from department import Department, Standin, is_possible
from pair import Skip


def seed():
    """Another one each time; CHAOS_SEED brings one back."""
    return int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1, 1 << 30)))


def test_every_hour_arrives_through_chaos(build, authority):
    collector = Standin()
    try:
        told, equal = chaos.run(build, authority, collector, seed(), 5, sites=2)
    finally:
        collector.close()
    print(f"# {told}; equal: {equal[0]} hours, {equal[1]} cells, {equal[2]} measures")


def test_and_through_crashes_of_collector_and_database(build, authority):
    if not is_possible(build):
        raise Skip("no congchao-collect, or no PostgreSQL 15 here")
    with Department(build) as department:
        told, equal = chaos.run(build, authority, department, seed(), 12, 6, sites=2)
        assert department.kills >= 2 and department.crashes >= 2, department.told()
    print(f"# {told}; equal: {equal[0]} hours, {equal[1]} cells, {equal[2]} measures")


test_and_through_crashes_of_collector_and_database.seconds = 120
