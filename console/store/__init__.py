"""Rows on their way to the screen."""
