"""The slow, readable twin of every primitive: plain Python integers, nothing shared with the native core."""
