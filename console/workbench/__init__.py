"""Owns working a queue: messages held, kept on disk, moved once, and what became of each. Must not know the screen."""
