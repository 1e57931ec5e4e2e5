"""The command line: one file per noun."""


def main() -> None:
    """Run `maild`."""
    raise SystemExit(2)
