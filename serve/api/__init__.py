"""The HTTP routes, one small router per matter."""
