"""The depth of S3 that a declaration cannot hold."""
