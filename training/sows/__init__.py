"""The classifier of statements of work: learnt from a firm's labelled documents, measured on later ones."""
