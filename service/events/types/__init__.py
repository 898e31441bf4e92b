"""What the ``data`` of each type of event holds, one module a kind of happening."""
