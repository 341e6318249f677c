"""The contracts before two tools: halmos proves properties, slither looks for known mistakes.

Both are AGPL programs. They run as processes of their own, from environments that `tools` makes;
nothing here imports them.
"""
