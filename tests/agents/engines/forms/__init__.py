"""Forms: what is shown to a model and how its answer is read."""
