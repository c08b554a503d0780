"""A talk in which policies are matched: facts heard, questions put, results told with their reckoning."""
