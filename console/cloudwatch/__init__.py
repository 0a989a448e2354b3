"""The depth of CloudWatch that a declaration cannot hold."""
