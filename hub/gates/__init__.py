"""Release gates: a build that breaks a rule of its configuration waits for a person; one that holds goes on."""
