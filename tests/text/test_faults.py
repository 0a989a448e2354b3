"""The words of a failure."""

from __future__ import annotations

import pytest

from console.text.faults import CREDENTIAL_KINDS, AwsError, Fault, FaultKind, fault_of


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(FaultKind.DENIED, "ec2 DescribeInstances", "denied: no"), "ec2 DescribeInstances: denied: no."),
        (
            Fault(FaultKind.INVALID, "No region is set", "", "Choose one with -r"),
            "No region is set. Choose one with -r.",
        ),
        (Fault(FaultKind.SERVICE, "x", "It broke.", "Wait.", request_id="r-1"), "x: It broke. Wait. request id r-1."),
    ],
)
def test_a_sentence_says_what_why_and_what_to_do(fault, sentence):
    assert fault.sentence() == sentence
    assert str(AwsError(fault)) == sentence


def test_an_error_that_carries_a_fault_gives_it():
    fault = Fault(FaultKind.DENIED, "x", "y")
    assert fault_of(AwsError(fault)) is fault


def test_an_error_nobody_foresaw_is_named_cleaned_and_bounded():
    fault = fault_of(RuntimeError("odd \x1b[2J" + "x" * 900))
    assert fault.kind is FaultKind.SERVICE
    assert fault.why.startswith("RuntimeError: odd <ESC>[2Jxxx")
    assert len(fault.why) <= 300


def test_an_attribute_of_that_name_that_is_no_fault_is_not_taken_for_one():
    error = RuntimeError("x")
    error.fault = "not one"  # type: ignore[attr-defined]
    assert fault_of(error).why == "RuntimeError: x"


def test_what_only_a_new_sign_in_mends():
    assert {FaultKind.EXPIRED, FaultKind.NO_CREDENTIALS, FaultKind.INVALID_CREDENTIALS} == CREDENTIAL_KINDS
