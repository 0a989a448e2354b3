"""FIFO queues as the documents have them, ours and moto's."""

from __future__ import annotations

import hashlib

from tests.demo.documented import GUIDE, Place, bodies, documented, lacking, refused, timed

ATTEMPT = {"ReceiveRequestAttemptId": "attempt-1"}


@documented(
    "ReceiveMessage", "are invisible, no more messages belonging to the same MessageGroupId are returned until the"
)
def test_a_held_message_holds_its_group(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "a2", "b1")
    (first,) = place.receive(url, 1)
    assert bodies(place.receive(url)) == ["b1"]
    assert place.receive(url) == []
    place.delete(url, first)
    assert bodies(place.receive(url)) == ["a2"]


@documented(
    "ReceiveMessage", "until the visibility timeout expires. You can still receive messages with another MessageGroupId"
)
@timed()
def test_a_group_goes_on_with_the_same_message_after_its_lease(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "a2")
    assert bodies(place.receive(url, 1)) == ["a1"]
    place.later(31)
    assert bodies(place.receive(url)) == ["a1", "a2"]


@documented("ChangeMessageVisibility", "The minimum is 0 seconds.")
def test_a_message_given_back_is_first_in_its_group_again(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "a2")
    (first,) = place.receive(url, 1)
    place.hold(url, first, 0)
    assert bodies(place.receive(url)) == ["a1", "a2"]


@documented("ReceiveMessage", "Retrieves one or more messages (up to 10), from the specified queue.")
def test_no_more_than_ten_of_a_group_can_be_seen(place: Place) -> None:
    url = place.make("work.fifo")
    sent = [f"a{number:02d}" for number in range(25)]
    place.send_fifo(url, *sent)
    assert bodies(place.receive(url)) == sent[:10]
    assert place.receive(url) == []
    assert place.counts(url) == (15, 10, 0)


@documented(GUIDE, "SQS first attempts to return as many messages with the same message group ID as possible.")
@lacking("it mixes the groups")
def test_one_answer_is_of_one_group_as_far_as_possible(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "b1", "a2", "b2", "a3")
    assert bodies(place.receive(url, 3)) == ["a1", "a2", "a3"]
    assert bodies(place.receive(url)) == ["b1", "b2"]


@documented("SendMessageBatch", "multiple messages within a single batch are enqueued in the order they are sent.")
def test_a_batch_keeps_its_order(place: Place) -> None:
    url = place.make("work.fifo")
    entries = [
        {"Id": str(n), "MessageBody": str(n), "MessageGroupId": "g", "MessageDeduplicationId": str(n)} for n in range(9)
    ]
    place.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert bodies(place.receive(url)) == [str(n) for n in range(9)]


@documented("SendMessage", "are accepted successfully but aren't delivered during the 5-minute deduplication interval.")
def test_a_duplicate_is_accepted_and_not_delivered(place: Place) -> None:
    url = place.make("work.fifo")
    for body in ("one", "two"):
        place.send(url, body, MessageGroupId="g", MessageDeduplicationId="d")
    assert bodies(place.receive(url)) == ["one"]


@documented(GUIDE, "The answer to a duplicate has the message ID of the message that was accepted first.")
@lacking("the answer to a duplicate has an id of its own")
def test_a_duplicate_is_answered_with_the_id_of_the_first(place: Place) -> None:
    url = place.make("work.fifo")
    identities = {place.send(url, body, MessageGroupId="g", MessageDeduplicationId="d")["MessageId"] for body in "ab"}
    assert identities == {place.receive(url)[0]["MessageId"]}


@documented("SendMessage", "The length of SequenceNumber is 128 bits.")
@lacking("no SequenceNumber in an answer to a send")
def test_a_duplicate_has_the_sequence_number_of_the_first(place: Place) -> None:
    url = place.make("work.fifo")
    numbers = [
        place.send(url, "x", MessageGroupId="g", MessageDeduplicationId=identity)["SequenceNumber"]
        for identity in ("d", "d", "e")
    ]
    assert numbers[0] == numbers[1] < numbers[2]
    assert [message["Attributes"]["SequenceNumber"] for message in place.receive(url)] == numbers[1:]


@documented(GUIDE, "SQS keeps track of the deduplication ID even after the message is received and deleted.")
@lacking("it forgets a message with its deletion")
def test_a_duplicate_of_a_deleted_message_is_swallowed_too(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1")
    (message,) = place.receive(url)
    place.delete(url, message)
    place.send_fifo(url, "a1")
    assert place.counts(url) == (0, 0, 0)


@documented(
    "SendMessage", "is resent with the same MessageDeduplicationId after the deduplication interval, Amazon SQS can't"
)
@timed()
def test_after_five_minutes_it_is_a_new_message(place: Place) -> None:
    url = place.make("work.fifo")
    (first,) = place.send_fifo(url, "a1")
    place.later(299)
    assert place.send_fifo(url, "a1")[0]["MessageId"] == first["MessageId"]
    place.later(2)
    assert place.send_fifo(url, "a1")[0]["MessageId"] != first["MessageId"]
    assert place.counts(url) == (2, 0, 0)


@documented("SendMessage", "using the body of the message (but not the attributes of the message).")
def test_content_is_the_body_without_attributes(place: Place) -> None:
    url = place.make("work.fifo", ContentBasedDeduplication="true")
    part = {"K": {"DataType": "String", "StringValue": "x"}}
    place.send(url, "same", MessageGroupId="g")
    place.send(url, "same", MessageGroupId="g", MessageAttributes=part)
    (message,) = place.receive(url)
    assert message["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"same").hexdigest()


@documented("SendMessage", "set, your MessageDeduplicationId overrides the generated one.")
def test_an_identity_of_ones_own_wins_over_the_content(place: Place) -> None:
    url = place.make("work.fifo", ContentBasedDeduplication="true")
    for identity in "de":
        place.send(url, "same", MessageGroupId="g", MessageDeduplicationId=identity)
    assert place.counts(url) == (2, 0, 0)


@documented("SendMessage", "set, the action fails with an error.")
@documented("SendMessage", "when sending a message to a FIFO queue, the action fails.")
def test_a_message_needs_a_group_and_an_identity(place: Place) -> None:
    url = place.make("work.fifo")
    assert refused(place.send, url) == "MissingParameter"
    assert refused(place.send, url, MessageGroupId="g") == "InvalidParameterValue"


@documented("SendMessage", "When you set FifoQueue, you can't set DelaySeconds per message.")
def test_a_message_has_no_delay_of_its_own(place: Place) -> None:
    url = place.make("work.fifo")
    code = refused(place.send, url, MessageGroupId="g", MessageDeduplicationId="d", DelaySeconds=5)
    assert code == "InvalidParameterValue"


@documented("ReceiveMessage", "tries to delete the processed messages, the action fails with an error.")
@timed()
def test_deleting_needs_the_lease(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1")
    (message,) = place.receive(url)
    place.later(31)
    assert refused(place.delete, url, message) == "InvalidParameterValue"
    (again,) = place.receive(url)
    assert refused(place.delete, url, message) == "InvalidParameterValue"
    place.delete(url, again)
    assert place.counts(url) == (0, 0, 0)


@documented("ReceiveMessage", "return the same messages and receipt handles.")
@lacking("ReceiveRequestAttemptId is not looked at")
def test_a_lost_receive_is_asked_for_again(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "a2", "b1")
    first = place.receive(url, **ATTEMPT)
    assert [(m["MessageId"], m["ReceiptHandle"]) for m in place.receive(url, **ATTEMPT)] == [
        (m["MessageId"], m["ReceiptHandle"]) for m in first
    ]
    assert place.receive(url) == []
    assert place.counts(url) == (0, 3, 0)


@documented("ReceiveMessage", "it resets the visibility timeout.")
@timed()
def test_asking_again_starts_the_lease_anew(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1")
    place.receive(url, **ATTEMPT)
    place.later(20)
    assert place.receive(url, **ATTEMPT)
    place.later(20)
    assert place.counts(url) == (0, 1, 0)
    place.later(11)
    assert place.counts(url) == (1, 0, 0)


@documented("ReceiveMessage", "if none of the messages have been modified (deleted or had their visibility changes).")
@lacking("ReceiveRequestAttemptId is not looked at")
def test_what_was_changed_is_not_given_again(place: Place) -> None:
    url = place.make("work.fifo")
    place.send_fifo(url, "a1", "b1", "c1")
    first, _, _ = place.receive(url, **ATTEMPT)
    place.delete(url, first)
    assert place.receive(url, **ATTEMPT) == []
    place.send_fifo(url, "d1")
    assert bodies(place.receive(url, ReceiveRequestAttemptId="attempt-2")) == ["d1"]
    assert bodies(place.receive(url, ReceiveRequestAttemptId="attempt-2")) == ["d1"]


@documented("ReceiveMessage", "only for 5 minutes after a ReceiveMessage action.")
@timed()
def test_an_attempt_is_known_for_five_minutes(place: Place) -> None:
    url = place.make("work.fifo", VisibilityTimeout="1000")
    place.send_fifo(url, "a1")
    assert place.receive(url, **ATTEMPT)
    place.later(301)
    assert place.receive(url, **ATTEMPT) == []


@documented("ReceiveMessage", "This parameter applies only to FIFO (first-in-first-out) queues.")
@lacking("it takes the parameter for any queue")
def test_an_attempt_is_for_fifo_queues(place: Place) -> None:
    assert refused(place.receive, place.make(), **ATTEMPT) == "InvalidParameterValue"


@documented("SendMessage", "Unlike FIFO queues, messages with the same MessageGroupId can be processed in parallel")
def test_a_group_in_a_standard_queue_holds_nothing_up(place: Place) -> None:
    url = place.make()
    for body in ("1", "2"):
        place.send(url, body, MessageGroupId="tenant")
    (first,) = place.receive(url, 1)
    (second,) = place.receive(url)
    assert (first["Body"], second["Body"]) == ("1", "2")
    assert first["Attributes"]["MessageGroupId"] == "tenant"
