"""What is certain about a call."""

from __future__ import annotations

import pytest

from console.actions.outcome import Outcome, judge_answer, settle_answer, settle_error, worst
from console.actions.plan import PlannedCall
from console.text.faults import Fault, FaultKind

TERMINATE = PlannedCall("ec2", "TerminateInstances", {}, ("i-1", "i-2"))
REBOOT = PlannedCall("ec2", "RebootInstances", {}, ("i-1", "i-2"))
BATCH = PlannedCall("sqs", "DeleteMessageBatch", {}, ("a", "b", "c"))


class Failed(Exception):
    def __init__(self, kind: FaultKind, code: str = "", status: int = 0) -> None:
        self.fault = Fault(kind, "x", "because", code=code, request_id="r-1")
        self.__cause__ = Answered(status) if status else None


class Answered(Exception):
    def __init__(self, status: int) -> None:
        self.response = {"ResponseMetadata": {"HTTPStatusCode": status}}


def test_worst_first():
    assert worst([Outcome.DONE, Outcome.REFUSED, Outcome.FAILED, Outcome.UNKNOWN]) is Outcome.UNKNOWN
    assert worst([Outcome.DONE, Outcome.FAILED]) is Outcome.FAILED
    assert worst([]) is Outcome.DONE


def test_every_target_named_is_done():
    answer = {
        "TerminatingInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}],
        "ResponseMetadata": {"RequestId": "r"},
    }
    settled = settle_answer(TERMINATE, answer)
    assert (settled.outcome, settled.request_id) == (Outcome.DONE, "r")


def test_a_target_the_answer_leaves_out_is_unknown():
    settled = settle_answer(TERMINATE, {"TerminatingInstances": [{"InstanceId": "i-1"}]})
    assert settled.outcome is Outcome.UNKNOWN
    assert settled.of("i-1")[0] is Outcome.DONE
    assert settled.of("i-2")[0] is Outcome.UNKNOWN


@pytest.mark.parametrize("answer", [{}, {"TerminatingInstances": []}, {"Other": [{"InstanceId": "i-1"}, "i-2"]}])
def test_an_answer_without_its_list_leaves_all_unknown(answer):
    settled = settle_answer(TERMINATE, answer)
    assert {settled.of(id_)[0] for id_ in TERMINATE.ids} == {Outcome.UNKNOWN}


def test_an_operation_that_lists_nothing_is_done():
    assert settle_answer(REBOOT, {"ResponseMetadata": {}}).outcome is Outcome.DONE


def test_entries_that_failed_are_failed_each_with_its_reason():
    answer = {"Successful": [{"Id": "a"}], "Failed": [{"Id": "b", "Code": "X", "Message": "expired\x1b"}]}
    differing = judge_answer(BATCH, answer)
    assert differing == {
        "b": (Outcome.FAILED, "expired<ESC>"),
        "c": (Outcome.UNKNOWN, "the answer does not name it; it may have happened"),
    }


def test_a_message_that_names_a_target_does_not_count_as_the_target():
    assert judge_answer(BATCH, {"Failed": [{"Id": "b", "Message": "a"}]})["b"][0] is Outcome.FAILED
    assert "a" not in judge_answer(BATCH, {"Failed": [{"Id": "b", "Message": "a"}]})


def test_an_answer_of_another_shape_is_unknown():
    assert settle_answer(BATCH, {"Failed": "all"}).outcome is Outcome.UNKNOWN


def test_another_judge_can_be_given():
    assert settle_answer(REBOOT, {}, lambda call, _: {call.ids[0]: (Outcome.FAILED, "no")}).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Failed(FaultKind.REFUSED), Outcome.REFUSED),
        (Failed(FaultKind.DENIED, "AccessDenied", 403), Outcome.FAILED),
        (Failed(FaultKind.SERVICE, "IncorrectInstanceState", 400), Outcome.FAILED),
        (Failed(FaultKind.THROTTLED, "RequestLimitExceeded", 503), Outcome.FAILED),
        (Failed(FaultKind.NO_CREDENTIALS), Outcome.FAILED),
        (Failed(FaultKind.INVALID), Outcome.FAILED),
        (Failed(FaultKind.UNREACHABLE), Outcome.FAILED),
        (Failed(FaultKind.SERVICE, "InternalError", 500), Outcome.UNKNOWN),
        (Failed(FaultKind.THROTTLED, "Unavailable", 503), Outcome.UNKNOWN),
        (Failed(FaultKind.SERVICE, "", 408), Outcome.UNKNOWN),
        (Failed(FaultKind.TIMEOUT), Outcome.UNKNOWN),
        (Failed(FaultKind.MALFORMED), Outcome.UNKNOWN),
        (Failed(FaultKind.SERVICE), Outcome.UNKNOWN),
        (RuntimeError("a bug"), Outcome.UNKNOWN),
    ],
    ids=lambda value: f"{value.fault.kind} {value.fault.code}" if isinstance(value, Failed) else str(value),
)
def test_only_a_definite_no_is_a_failure(error, outcome):
    assert settle_error(error).outcome is outcome
