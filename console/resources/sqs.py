"""Owns the declarations of SQS's resource types; must not hold logic."""

from __future__ import annotations

from console.resources.fields import Path, Pending, name_of_arn
from console.resources.model import (
    Action,
    Column,
    Derived,
    DetailField,
    Enrichment,
    Kind,
    Link,
    Metric,
    ResourceType,
    Rest,
    Risk,
)
from console.sqs import messages, queues


def _metric(title: str, name: str, statistic: str, kind: Kind = Kind.NUMBER) -> Metric:
    return Metric(title, "AWS/SQS", name, lambda url: {"QueueName": queues.name_of_url(url)}, statistic, kind)


QUEUES = ResourceType(
    name="sqs.queues",
    title="SQS queues",
    service="sqs",
    aliases=("sqs", "queues", "queue"),
    operation="ListQueues",
    items="QueueUrls",
    fetch=queues.fetch_queues,
    id=Path("QueueUrl"),
    arn=lambda item, scope: scope.arn("sqs", queues.name(item)),
    resolve=queues.resolve,
    child="sqs.messages",
    columns=(
        Column("name", "NAME", queues.name, 34, rank=0),
        Column("visible", "VISIBLE", Pending(), 9, Kind.NUMBER, rank=0),
        Column("in_flight", "IN FLIGHT", Pending(), 9, Kind.NUMBER, rank=1),
        Column("delayed", "DELAYED", Pending(), 8, Kind.NUMBER, rank=4),
        Column("oldest_age", "OLDEST", Pending(), 8, Kind.DURATION, rank=1),
        Column("type", "TYPE", queues.kind, 8, rank=5),
        Column("dead_letter_queue", "DEAD LETTERS TO", Pending(), 24, rank=3),
        Column("sources", "DLQ OF", Pending(), 24, Kind.LIST, rank=2),
        Column("max_receive_count", "RECEIVES", Pending(), 8, Kind.NUMBER, rank=7),
        Column("retention", "RETENTION", Pending(), 9, Kind.DURATION, rank=6),
        Column("visibility_timeout", "TIMEOUT", Pending(), 8, Kind.DURATION, rank=8),
        Column("encryption", "ENCRYPTION", Pending(), 12, rank=8),
        Column("created", "AGE", Pending(), 5, Kind.TIME, rank=8),
    ),
    enrich=(
        Enrichment(
            (
                "visible", "in_flight", "delayed", "dead_letter_queue", "max_receive_count", "retention",
                "visibility_timeout", "encryption", "created",
            ),
            queues.read_attributes, 15, (("sqs", "GetQueueAttributes"),), rest=900,
        ),
        Enrichment(
            ("visible",), queues.read_depth, 300, (("cloudwatch", "GetMetricData"),), rest=300, batch=500, unseen=True
        ),
        Enrichment(
            ("sources",), queues.read_sources, 3600, (("sqs", "ListDeadLetterSourceQueues"),),
            derived=Derived(("name", "dead_letter_queue"), queues.sources_among),
        ),
        Enrichment(("oldest_age",), queues.read_oldest, 60, (("cloudwatch", "GetMetricData"),)),
    ),
    describe=queues.describe,
    calls=(("sqs", "ListQueueTags"), ("sqs", "GetQueueUrl"), ("sqs", "GetQueueAttributes")),
    fields=(
        DetailField("Queue", Path("attributes.QueueArn"), Kind.ID),
        DetailField("Visible", queues.duration_of("ApproximateNumberOfMessages"), Kind.NUMBER),
        DetailField("In flight", queues.duration_of("ApproximateNumberOfMessagesNotVisible"), Kind.NUMBER),
        DetailField("Delayed", queues.duration_of("ApproximateNumberOfMessagesDelayed"), Kind.NUMBER),
        DetailField("Dead letters to", Path("redrive_policy.deadLetterTargetArn"), Kind.ID),
        DetailField("After receives", Path("redrive_policy.maxReceiveCount"), Kind.NUMBER),
        DetailField("DLQ of", queues.source_names, Kind.LIST),
        DetailField("Retention", queues.duration_of("MessageRetentionPeriod"), Kind.DURATION),
        DetailField("Timeout", queues.duration_of("VisibilityTimeout"), Kind.DURATION),
        DetailField("Delay", queues.duration_of("DelaySeconds"), Kind.DURATION),
        DetailField("Encryption", lambda document: queues.encryption(document.get("attributes") or {})),
        DetailField("Created", queues.moment_of("CreatedTimestamp"), Kind.TIME),
        DetailField("Modified", queues.moment_of("LastModifiedTimestamp"), Kind.TIME),
    ),
    links=(
        Link(
            "Dead-letter queue",
            "sqs.queues",
            lambda document: [name_of_arn((document.get("redrive_policy") or {}).get("deadLetterTargetArn", ""))],
        ),
        Link("Its sources", "sqs.queues", queues.source_names),
        Link(
            "Alarms", "cloudwatch.alarms", lambda document: [queues.name_of_url(document["url"])], search=True
        ),
    ),
    metrics=(
        _metric("Visible messages", "ApproximateNumberOfMessagesVisible", "Maximum"),
        _metric("Oldest message", "ApproximateAgeOfOldestMessage", "Maximum", Kind.DURATION),
        _metric("Sent", "NumberOfMessagesSent", "Sum"),
        _metric("Received", "NumberOfMessagesReceived", "Sum"),
        _metric("Deleted", "NumberOfMessagesDeleted", "Sum"),
        _metric("In flight", "ApproximateNumberOfMessagesNotVisible", "Maximum"),
    ),
    actions=(
        Action(
            "purge", "Purge", "PurgeQueue", lambda ids: {"QueueUrl": ids[0]}, Risk.DESTROY,
            queues.purge_facts, (("sqs", "GetQueueAttributes"),),
            effect="Every message in the queue is deleted for ever.",
            rest=Rest(
                60, "PurgeQueueInProgress", "another purge of this queue can be asked for",
                "SQS deletes for up to 60 s", "depth not to be trusted",
            ),
        ),
    ),
    problem=queues.problem,
    sort="-visible",
    period=60,
)  # fmt: skip

MESSAGES = ResourceType(
    name="sqs.messages",
    title="SQS messages (a sample)",
    service="sqs",
    aliases=("messages", "message"),
    operation="ReceiveMessage",
    items="Messages",
    fetch=messages.fetch_messages,
    terms=messages.terms,
    parent="sqs.queues",
    id=Path("MessageId"),
    arn=lambda _item, _scope: "",
    columns=(
        Column("message_id", "ID", Path("MessageId"), 36, Kind.ID, rank=2),
        Column("sent", "AGE", messages.sent, 5, Kind.TIME, rank=1),
        Column("receive_count", "RECEIVES", messages.receive_count, 8, Kind.NUMBER, rank=1),
        Column("group_id", "GROUP", messages.attribute("MessageGroupId"), 14, rank=4),
        Column("body", "BODY", Path("Body"), 80, rank=0),
        Column("attributes", "ATTRIBUTES", messages.attribute_texts, 30, Kind.LIST, rank=3),
        Column("sender_id", "SENDER", messages.attribute("SenderId"), 24, Kind.ID, rank=7),
        Column("body_md5", "MD5", Path("MD5OfBody"), 32, Kind.ID, rank=9),
    ),
    calls=(
        ("sqs", "ChangeMessageVisibilityBatch"),
        ("sqs", "GetQueueAttributes"),
        ("sqs", "ListDeadLetterSourceQueues"),
    ),
    sort="sent",
    period=0,
)

TYPES = (QUEUES, MESSAGES)
