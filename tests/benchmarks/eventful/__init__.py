"""A deployment with real champions, the programs that run on it, an engine that sends events, and who watches."""
