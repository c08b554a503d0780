"""How easy the city's words and the answers are to read."""
