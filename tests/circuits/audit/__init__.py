"""Attacks on circuits by machine: evil witnesses, mutants of sources and rows, and whether inputs determine every wire.

A subject is a small circuit whose every input is public, with an oracle in plain Python that says of inputs and outputs
whether they are true. An attack succeeds where the rows accept what the oracle calls false; nothing else counts.
"""
