"""How each kind of predictor is fitted: from labelled rows to a scorer of `models.scorers`."""
