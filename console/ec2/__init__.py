"""The depth of EC2 that a declaration cannot hold."""
