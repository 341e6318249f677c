"""What stays on the disk when the disk fails, or the process dies, at any one call."""
