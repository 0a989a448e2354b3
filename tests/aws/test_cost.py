"""What was asked, and what it costs."""

from __future__ import annotations

import threading

import pytest

from console.aws.cost import CallRecord, Meter


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_requests_are_counted_by_operation_and_by_the_last_minute(clock):
    meter = Meter(clock)
    meter.count("ec2", "DescribeInstances")
    clock.now += 61
    meter.count("ec2", "DescribeInstances")
    meter.count("sqs", "ListQueues")
    usage = meter.usage()
    assert (usage.requests, usage.per_minute) == (3, 2)
    assert meter.sent == {("ec2", "DescribeInstances"): 2, ("sqs", "ListQueues"): 1}


@pytest.mark.parametrize(
    ("service", "operation", "metrics", "dollars"),
    [
        ("ec2", "DescribeInstances", 0, 0),
        ("iam", "ListRoles", 0, 0),
        ("s3", "ListObjectsV2", 0, 5e-6),
        ("s3", "GetObject", 0, 4e-7),
        ("sqs", "ReceiveMessage", 0, 4e-7),
        ("cloudwatch", "DescribeAlarms", 0, 1e-5),
        ("cloudwatch", "GetMetricData", 500, 5e-3),
    ],
)
def test_prices(clock, service, operation, metrics, dollars):
    meter = Meter(clock)
    meter.count(service, operation, metrics)
    assert meter.usage().dollars == pytest.approx(dollars)


def test_the_rate_is_per_hour_and_the_first_minute_does_not_exaggerate(clock):
    meter = Meter(clock)
    for _ in range(100):
        meter.count("cloudwatch", "DescribeAlarms")
    assert meter.usage().dollars_per_hour == pytest.approx(0.001 * 60)
    clock.now += 1_800
    assert meter.usage().dollars_per_hour == pytest.approx(0.002)


def test_records_are_bounded_and_faults_counted(clock):
    meter = Meter(clock)
    for number in range(600):
        outcome = "AccessDenied" if number % 2 else "ok"
        meter.record(CallRecord(0, "ec2", f"Call{number}", "eu-west-1", 0.1, outcome))
    assert meter.usage().faults == 300
    assert (len(meter.records), meter.records[-1].operation) == (500, "Call599")


def test_requests_of_the_last_minute_are_counted_by_second() -> None:
    now = [1000.0]
    meter = Meter(lambda: now[0])
    for second in range(90):
        now[0] = 1000.0 + second
        for _ in range(3):
            meter.count("ec2", "DescribeInstances")
    usage = meter.usage()
    assert usage.requests == 270
    assert usage.per_minute == 61 * 3


def test_counting_on_one_thread_does_not_disturb_reading_on_another() -> None:
    meter = Meter()
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            meter.count("ec2", "DescribeInstances")

    counting = threading.Thread(target=count)
    counting.start()
    try:
        for _ in range(2000):
            meter.usage()
    finally:
        done.set()
        counting.join()
    assert meter.usage().requests == sum(meter.sent.values())
