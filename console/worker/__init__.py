"""Owns the AWS side while the full screen is open, in a process of its own; must not know what is on screen."""
