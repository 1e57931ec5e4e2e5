"""The helpdesk's own thinking: tickets, time, trust. It imports nothing of maild but itself."""
