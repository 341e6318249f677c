"""Laws of the floor `capsule`, and the refusals beside each."""
