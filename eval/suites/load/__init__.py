"""Many talks at one desk at the same time."""
