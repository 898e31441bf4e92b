"""The parts of the gate's benchmark. No benchmark by itself."""
