"""The depth of IAM that a declaration cannot hold."""
