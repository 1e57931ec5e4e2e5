"""The journeys of a mail and of time; each reads like prose and ends in one commit."""
