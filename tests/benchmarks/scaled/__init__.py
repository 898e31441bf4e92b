"""One size of firm at a time, each step in a process of its own: the parts of scaling.py."""
