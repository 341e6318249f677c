"""From a capsule to a proof about it: statements, circuits, keys, witnesses, provers and verifiers."""
