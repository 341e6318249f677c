"""Proof -> claim -> payment: the floor that knows a chain. Needs the extra `zkdata[chain]`."""
