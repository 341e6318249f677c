"""Whether the secrets of a setup are gone when it is done."""
