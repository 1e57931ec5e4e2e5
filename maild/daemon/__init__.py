"""The daemon: `build.py` makes everything once from the settings, `loops.py` runs it and stops it cleanly."""
