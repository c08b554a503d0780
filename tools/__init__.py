"""What the city can look up and do: typed tools, each with audience, side effect and source."""
