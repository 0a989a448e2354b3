"""The depth of SQS that a declaration cannot hold."""
