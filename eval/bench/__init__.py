"""Side-by-side measurements, run by hand; never a timed test."""
