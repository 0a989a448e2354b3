"""What the operator set, and where it is kept."""
