"""Whether anything known later reaches a forecast: records without their future, byte by byte, and planted leaks."""
