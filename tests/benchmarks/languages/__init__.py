"""The parts of the benchmark of the language half."""
