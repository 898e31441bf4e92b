"""What language models are asked: ``<name>/vN.yaml``, data beside the one module that reads it."""
