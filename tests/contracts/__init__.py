"""What belongs to the contracts but is judged from Python: generated sources, vectors, names."""
