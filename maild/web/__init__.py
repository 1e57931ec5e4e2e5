"""The pages: a rating, a ticket for its requester, and what a monitoring system asks; nothing here needs a script."""
