"""How well the predictors learn: on the simulated firm beside its oracle, and on real data."""
