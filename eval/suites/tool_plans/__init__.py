"""Do questions about the city's data become the right calls of tools, and none where no tool can answer?"""
