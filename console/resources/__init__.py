"""The catalogue: every resource type, declared once."""
