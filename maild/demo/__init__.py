"""Everything at once on a machine that has no mail server: embedded servers, sample mails, the real daemon."""
