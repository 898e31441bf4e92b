"""A firm to learn from: every table of the design from one seed, and the truth that no model can pass.

`docs/simulated-firm.md` tells the story and where each constant comes from. Causes come first (habits, trouble, crowded
pools, slow clients), then what people would write down of them; each ``truth`` is computed from the hidden state alone.
"""
