"""The commands of ``bellwether``, one file each, all named ``command`` in it."""
