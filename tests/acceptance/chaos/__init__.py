"""A hub that is killed, stopped and starved at random moments; what it must hold to all the same."""
