"""Files to lines, in a process of its own that may not take much memory or time."""
