"""Owns the commands that work one queue's messages: one module for each word after ``cloudtop sqs``."""
