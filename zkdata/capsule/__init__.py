"""Records in, capsule out: what a device seals, and what only its owner can open."""
