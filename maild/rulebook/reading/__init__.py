"""How a rulebook is read: YAML, shape, names, sense, one pass after the other."""
