"""Are petitions on one matter found together, and others kept apart?"""
