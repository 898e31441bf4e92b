"""A quarter of a simulated firm's inbox: what is found each day, and what managers who have little time look at."""
