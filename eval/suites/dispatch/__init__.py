"""Does the right unit get the petition, and does dispatch know how sure it may be?"""
