"""What the gate is held against: its rules in plain Python, and its policies with a mistake in each."""
