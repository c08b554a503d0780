"""Is nothing told as an answer where nothing answers, and nothing refused where something does?"""
