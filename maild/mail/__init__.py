"""The trade's knowledge of RFC 5322 and its friends: bytes in, values out, no I/O."""
