"""The admin's will: what a rulebook says and what it decides, without I/O."""
