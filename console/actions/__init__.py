"""The write path: policy, plan, confirm, audit, call once, read again."""
