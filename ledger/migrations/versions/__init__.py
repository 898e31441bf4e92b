"""One file a change of the schema, named ``NNNN_what_it_brings.py``."""
